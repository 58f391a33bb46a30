import tseslint from 'typescript-eslint';
import { words } from './scripts/words.mjs';

export default tseslint.config(
  { ignores: ['.cache/', 'dist/', 'node_modules/', 'runs/', 'coverage/', '**/*.generated.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Template literals of numbers are how every message here is written.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Indices that the surrounding loop has just bounded; noUncheckedIndexedAccess makes the rest explicit.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  // A fake answers with a promise, as what it stands for does, and waits for nothing.
  { files: ['test/**'], rules: { '@typescript-eslint/require-await': 'off' } },
  { files: ['**/*.{js,cjs,mjs}'], ...tseslint.configs.disableTypeChecked },
  {
    plugins: { words },
    rules: { 'words/field': 'error' },
    ignores: ['scripts/words.mjs'],
  },
);
