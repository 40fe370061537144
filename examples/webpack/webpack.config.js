// @ts-check
/** @type {import('webpack').Configuration} */
export default {
  mode: 'production',
  // What it says of large files is meant for scripts.
  performance: { hints: false },
  entry: ['./main.js', './index.html'],
  module: {
    rules: [{ test: /\.html$/, type: 'asset/resource', generator: { filename: '[name][ext]' } }],
  },
};
