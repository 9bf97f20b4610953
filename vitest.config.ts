import { defineConfig } from 'vitest/config';

const generated = ['**/node_modules/**', 'dist/**', 'dist.*/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // A shared machine may be busy: timing belongs to the benchmark.
          testTimeout: 30_000,
          environment: 'node',
          setupFiles: ['tests/setup.ts'],
          include: [
            'src-core/**/*.test.ts',
            'web/**/*.test.{ts,tsx}',
            'tests/**/*.test.{ts,tsx}',
            'tools/**/*.test.mjs',
            'scripts/**/*.test.mjs',
          ],
          exclude: [...generated, 'tests/e2e/**'],
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: generated,
          // One browser at a time: two cores, and the tests measure frames.
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // What is loaded a moment later may take its time.
          expect: { poll: { timeout: 8_000 } },
        },
      },
    ],
  },
});
