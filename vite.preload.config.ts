import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The preload scripts. A sandboxed one is CommonJS and one file: it can require nothing but electron. What two of them
 * had in common would become a file of its own here, which the sandbox then could not load; the test of the window sees it.
 */
export default defineConfig({
  ssr: { target: 'node', noExternal: true, external: ['electron'] },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/preload',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: { window: source('preload/window.ts'), prompt: source('preload/prompt.ts') },
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
});
