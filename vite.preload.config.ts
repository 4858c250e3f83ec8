import { defineConfig } from 'vite';

/** Electron reads a sandboxed window's preload as one CommonJS file. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist/preload',
    target: 'es2024',
    lib: { entry: 'electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
});
