// @ts-check
/** @type {import('@rspack/core').Configuration} */
export default {
  mode: 'production',
  entry: ['./main.js', './index.html'],
  module: {
    rules: [{ test: /\.html$/, type: 'asset/resource', generator: { filename: '[name][ext]' } }],
  },
};
