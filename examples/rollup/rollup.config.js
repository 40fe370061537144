// @ts-check
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { importMetaAssets } from '@web/rollup-plugin-import-meta-assets';

/** @type {import('rollup').Plugin} */
const page = {
  name: 'page',
  async buildStart() {
    this.emitFile({ type: 'asset', fileName: 'index.html', source: await this.fs.readFile('index.html') });
  },
};

/** @type {import('rollup').RollupOptions} */
export default {
  input: 'main.js',
  output: { dir: 'dist' },
  // By itself Rollup does not follow `new URL(..., import.meta.url)`.
  plugins: [nodeResolve(), importMetaAssets(), page],
};
