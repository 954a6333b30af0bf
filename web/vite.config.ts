import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  build: {
    // The Python package serves the built pages; the folder is git-ignored.
    outDir: '../src/gatehealth/api/static',
    emptyOutDir: true,
    rolldownOptions: { input: ['index.html', 'api-docs.html'] },
    // Fonts stay files of their own: a page fetches only those that it uses.
    assetsInlineLimit: 0,
    // ECharts, PatternFly and Swagger UI are what they are; the size that counts is the compressed one.
    chunkSizeWarningLimit: 1600,
    // Every browser that these pages run in preloads modules by itself.
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8765' },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});
