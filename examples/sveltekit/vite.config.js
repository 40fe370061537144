// @ts-check
import node from '@sveltejs/adapter-node';
import files from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig(({ mode }) => ({
  plugins: [
    sveltekit({
      // An app has one of these: files for any server, or a server that renders what is asked for.
      adapter: mode === 'node' ? node({ out: 'build/node' }) : files({ pages: 'build/static' }),
      // SvelteKit adds what its own scripts in the page need.
      csp: {
        directives: {
          'script-src': ['self', 'wasm-unsafe-eval'],
          'object-src': ['none'],
          'base-uri': ['none'],
        },
      },
    }),
  ],
  // Optimised, the package would be served from where its other files are not.
  optimizeDeps: { exclude: ['unjank'] },
}));
