// @ts-check
import { build } from 'esbuild';

const common = { entryNames: '[name]', outdir: 'dist', bundle: true, minify: true, target: 'es2022' };

// Classic scripts that have all of it in them: a service worker can't import parts later, and a page of `file:` nothing.
await build({
  ...common,
  entryPoints: [
    './main.js',
    './page.js',
    './service-worker.js',
    './index.html',
    './service.html',
  ],
  loader: { '.wasm': 'binary', '.html': 'copy' },
  format: 'iife',
  // There is no such thing in them.
  logOverride: { 'empty-import-meta': 'silent' },
});

// The workers' script looks for the other two beside itself.
const workers = ['worker', 'resident', 'spread'].map((name) => `./node_modules/unjank/${name}.js`);
await build({ ...common, entryPoints: workers, format: 'esm' });
