// @ts-check
import { build } from 'esbuild';

// esbuild does not follow `new URL(..., import.meta.url)`: what the code looks for beside itself is
// put there by name.
await build({
  entryPoints: [
    './main.js',
    './node_modules/unjank/worker.js',
    './node_modules/unjank/resident.js',
    './node_modules/unjank/spread.js',
    './node_modules/unjank/core.wasm',
    './node_modules/unjank-demo/kernels.wasm',
    './index.html',
  ],
  entryNames: '[name]',
  loader: { '.wasm': 'copy', '.html': 'copy' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
});
