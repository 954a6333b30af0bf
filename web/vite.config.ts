import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  build: {
    // The Python package serves the built pages; the folder is git-ignored.
    outDir: '../src/gatehealth/api/static',
    emptyOutDir: true,
    // Fonts stay files of their own: a page fetches only those that it uses.
    assetsInlineLimit: 0,
    // ECharts and PatternFly are what they are; the size that counts is the compressed one.
    chunkSizeWarningLimit: 800,
  },
  server: {
    proxy: { '/api': 'http://127.0.0.1:8765' },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});
