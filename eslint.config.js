import tseslint from 'typescript-eslint';

// Biome lints everything else; here only what needs types and Biome lacks or keeps in nursery.
export default tseslint.config(
  { ignores: ['dist/', 'build/', '**/build/', 'coverage/', 'prebuilds/'] },
  {
    files: ['lib/**/*.ts', 'spec/**/*.ts', 'bench/**/*.ts'],
    ignores: ['spec/corpus/**'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './spec/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      // wait4(-1) reaps everything: child_process would never see its children end.
      'no-restricted-imports': ['error', { paths: ['child_process', 'node:child_process'] }],
    },
  },
  { files: ['spec/**/*.ts', 'bench/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
);
