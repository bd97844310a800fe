import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The pages: the window, and the small one that asks for PINs and passphrases. */
export default defineConfig({
  root: source('renderer'),
  base: './',
  plugins: [react()],
  build: {
    target: 'chrome146',
    outDir: source('out/renderer'),
    emptyOutDir: true,
    // Both would put code or data into the page that its content security policy refuses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: source('renderer/index.html'), prompt: source('renderer/prompt.html') },
    },
  },
});
