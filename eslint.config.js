import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Globals of Node that the plain JavaScript files of build use. TypeScript knows its own. */
const nodeGlobals = {
  Buffer: 'readonly',
  console: 'readonly',
  performance: 'readonly',
  process: 'readonly',
  URL: 'readonly',
};
const commonJsGlobals = { module: 'writable', require: 'readonly' };

/**
 * A native package belongs to the rooms that wrap it. Everywhere else both the import statement and the import
 * expression are refused. Rules with options replace each other, so the list is made per room.
 */
function banNativePackages(...allowed) {
  const homes = { pkcs11js: 'main/hsm', 'better-sqlite3': 'main/catalog and main/home' };
  const banned = Object.entries(homes).filter(([name]) => !allowed.includes(name));
  return {
    'no-restricted-imports': [
      'error',
      { paths: banned.map(([name, home]) => ({ name, message: `Only ${home} may import ${name}.` })) },
    ],
    'no-restricted-syntax': [
      'error',
      ...banned.map(([name, home]) => ({
        selector: `:matches(ImportExpression, CallExpression[callee.name='require']) > Literal[value='${name}']`,
        message: `Only ${home} may load ${name}.`,
      })),
      {
        selector: 'ExportDefaultDeclaration',
        message: 'Export by name: one name for one thing, wherever it is used.',
      },
    ],
  };
}

export default defineConfig(
  { ignores: ['coverage/', 'dist/', 'node_modules/', 'out/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: nodeGlobals } },
  { files: ['**/*.cjs'], languageOptions: { globals: { ...nodeGlobals, ...commonJsGlobals } } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // An async function without await still turns a throw into a rejection, which callers of an interface count on.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A default that calls assertNever is exhaustive: the compiler checks that.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  { files: ['main/**', 'preload/**', 'renderer/**', 'shared/**'], rules: banNativePackages() },
  { files: ['main/hsm/**'], rules: banNativePackages('pkcs11js') },
  { files: ['main/catalog/**', 'main/home/**'], rules: banNativePackages('better-sqlite3') },
  { files: ['build/**', 'main/cli/**', 'test/bench/**'], rules: { 'no-console': 'off' } },
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
