import { defineConfig } from '@playwright/test'

// Not part of the suite by itself: network.spec.ts runs each file of it under its watcher.
export default defineConfig({
  testDir: '.',
  testMatch: ['app.ts', 'serve.ts'],
  outputDir: '../../test-results/e2e-network',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'line',
})
