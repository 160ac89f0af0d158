import { defineConfig } from 'vitest/config'

const folders = '{shared,core,engine,cli,electron,renderer,scripts,bench}'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.{ts,tsx,mjs}`],
          exclude: ['**/node_modules/**', '**/*.model.test.ts'],
        },
      },
      {
        test: {
          name: 'model',
          include: [`${folders}/**/*.model.test.ts`],
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Models measure and load: two at once would slow each other beyond any limit.
          fileParallelism: false,
          pool: 'forks',
        },
      },
    ],
  },
})
