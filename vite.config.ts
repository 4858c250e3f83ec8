import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running host: that of `npm start -- serve --port 8420`, unless said otherwise. */
const host = process.env.WEFT_HOST ?? 'http://127.0.0.1:8420';
const toHost = { target: host, changeOrigin: true };

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2024',
    // The host sends a Content-Security-Policy that allows neither inline scripts nor data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/ws': { target: host.replace(/^http/, 'ws'), ws: true, changeOrigin: true, rewriteWsOrigin: true },
      '/pictures': toHost,
      '/inputs': toHost,
      '/open': toHost,
    },
  },
});
