// Run from the project's root: node scripts/lint.mjs
// Type-aware rules need TypeScript's own API, which TypeScript 7 does not have: hence this folder of its own.
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const everyTest = ['**/*.test.{ts,tsx,mjs}', 'tests/**/*.{ts,tsx}'];

/** A run is determined by (scenario, revision, schedule): whatever differs from one run to the next is banned. */
const undetermined = [
  ['Math', 'random', 'base/ has the seeded generator.'],
  ['Date', 'now', 'The engine has no clock.'],
  ['performance', 'now', 'The engine has no clock.'],
].map(([object, property, message]) => ({ object, property, message }));

const undeterminedGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
].map((name) => ({
  name,
  message: 'The engine has no clock: the machine decides who runs next.',
}));

const noDate = {
  selector: 'NewExpression[callee.name="Date"]',
  message: 'The engine has no clock.',
};

const noBigInt = [
  {
    selector: 'Literal[bigint]',
    message: '64-bit values are two 32-bit lanes here (base/): BigInt is for the edges.',
  },
  {
    selector: ':matches(CallExpression, MemberExpression) > Identifier[name="BigInt"]',
    message: '64-bit values are two 32-bit lanes here (base/): BigInt is for the edges.',
  },
];

export default tseslint.config(
  {
    ignores: ['**/node_modules/**', 'dist/**', 'dist.*/**', 'coverage/**', 'public/**', '**/fixtures/**'],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: process.cwd(),
      },
    },
    rules: {
      'no-undef': 'off',
      eqeqeq: 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'performance',
          'fetch',
          'AbortSignal',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { eqeqeq: 'error' },
  },
  {
    files: ['web/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
    rules: { 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['src-core/**/*.ts'],
    ignores: ['src-core/cli/**', 'src-core/bench/**', ...everyTest],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', ...undetermined],
      'no-restricted-globals': ['error', ...undeterminedGlobals],
      'no-restricted-syntax': ['error', noDate, ...noBigInt],
    },
  },
  {
    // The rooms at the edge, where whole 64-bit numbers come in: BigInt is allowed, the rest stays banned.
    files: ['src-core/base/**/*.ts', 'src-core/import/**/*.ts'],
    ignores: everyTest,
    rules: { 'no-restricted-syntax': ['error', noDate] },
  },
  {
    // A random test that can't be run again is worth nothing.
    files: everyTest,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use a seed, and put it into the test name.' },
      ],
    },
  },
);
