// @ts-check
import { build } from 'esbuild';

// esbuild does not follow `new URL(..., import.meta.url)`: what the code looks for beside itself is
// put there by name.
await build({
  entryPoints: [
    './main.js',
    './worker.js',
    './node_modules/unjank-demo/unjank_bg.wasm',
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
