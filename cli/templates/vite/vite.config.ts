import { defineConfig } from 'vite';

export default defineConfig({
  // Optimised, the pool would be served from where its worker and its module are not.
  optimizeDeps: { exclude: ['unjank'] },
});
