// @ts-check
import { defineConfig } from 'vite';

export default defineConfig({
  // Optimised, the package would be served from where its other files are not.
  optimizeDeps: { exclude: ['unjank'] },
});
