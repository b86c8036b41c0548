import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import crm from './crm_ops/lint/index.mjs';

/** The house rules. Each of our own is in crm_ops/lint with its specs; the reasons of the others stand beside them. */
export default defineConfig(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '**/coverage/**', '**/.angular/**', '**/.crm_*/**', 'crm_tests/artifacts/**', 'crm_ops/kafka/target/**', 'crm_api/client/src/schema.ts'],
  },
  js.configs.recommended,
  {
    plugins: { crm },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'crm/workspace-imports': 'error',
      'crm/no-focused-specs': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }], // Longer files answer more than one question.
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }], // `== null` is the one useful loose comparison.
      'no-var': 'error',
      'prefer-const': 'error',
      'no-constant-condition': ['error', { checkLoops: false }], // `for (;;)` with a deadline inside is how we poll.
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-undef': 'off', // The compiler knows better.
      'crm/env-in-config': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [] }], // A lost rejection is lost data.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: true } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'], // Without await a catch or finally runs too early.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    // Angular writes empty constructors, components that are only a decorator, and injected classes that must stay values.
    files: ['crm_ui/**/*.ts'],
    rules: { '@typescript-eslint/no-extraneous-class': 'off', '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'fetch', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval',
          'setImmediate', 'performance', 'structuredClone', 'AbortSignal', 'AbortController', 'TextEncoder', 'TextDecoder',
          'describe', 'it', 'expect', 'expectAsync', 'beforeEach', 'afterEach', 'beforeAll', 'afterAll', 'jasmine', 'spyOn', 'pending', 'fail',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs', '**/karma.conf.js'],
    languageOptions: { globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' } },
  },
);
