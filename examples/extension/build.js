// @ts-check
import { build } from 'esbuild';

// An extension is a folder with all that it runs in it. What the code looks for beside itself is put there by name.
await build({
  entryPoints: [
    './main.js',
    './node_modules/unjank/worker.js',
    './node_modules/unjank/resident.js',
    './node_modules/unjank/spread.js',
    './node_modules/unjank/core.wasm',
    './node_modules/unjank-demo/kernels.wasm',
    './index.html',
    './manifest.json',
  ],
  entryNames: '[name]',
  loader: { '.wasm': 'copy', '.html': 'copy', '.json': 'copy' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  format: 'esm',
});
