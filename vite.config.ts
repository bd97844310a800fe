import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The bundle of the main side: the window's main process, the command line, and the process that each PKCS#11 module
 * lives in. Pure JavaScript packages are bundled, because one file starts faster than two hundred; packages with native
 * code stay where npm put them, and electron is the host's own.
 */
export default defineConfig({
  ssr: { target: 'node', noExternal: true, external: ['argon2', 'better-sqlite3', 'electron', 'pkcs11js'] },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/main',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: {
        index: source('main/index.ts'),
        'command-line': source('main/cli/main.ts'),
        'module-host': source('main/hsm/module-host.ts'),
      },
      output: {
        format: 'esm',
        entryFileNames: '[name].js',
        // Beside the entries: code of any chunk finds the module host as ./module-host.js.
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
});
