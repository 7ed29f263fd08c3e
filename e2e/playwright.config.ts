import { defineConfig } from '@playwright/test'

/**
 * The scenarios drive Debian's Chromium against the real binary. One worker: the tests measure
 * what a person would see on a small machine, and must not steal each other's time.
 */
export default defineConfig({
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0, // a test that passes the second time has found a bug all the same
  timeout: 60_000,
  expect: { timeout: 10_000 },
  outputDir: '../test-results/browser',
  reporter: [['list'], ['junit', { outputFile: '../test-results/browser.xml' }]],
  projects: [
    { name: 'scenarios', testMatch: '**/*.spec.ts' },
    { name: 'screenshots', testMatch: '**/*.shots.ts', timeout: 600_000 },
  ],
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    actionTimeout: 10_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: [
        '--no-sandbox', // the tests may run as root, where Chromium's sandbox refuses to start
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking', // it would look for its maker's hosts, and wait for them
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
