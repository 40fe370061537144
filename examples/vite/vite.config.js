// @ts-check
import { defineConfig } from 'vite';

export default defineConfig({
  // Optimised, the glue would be served from where its .wasm file is not.
  optimizeDeps: { exclude: ['unjank-demo'] },
});
