import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium: Playwright's own browsers are not on any package mirror. */
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export default defineConfig({
  testDir: 'e2e',
  workers: 1, // one server at a time: browser and clusters share this machine
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    ignoreHTTPSErrors: true, // the server's own CA
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    actionTimeout: 30_000,
    trace: 'retain-on-failure',
    launchOptions: { executablePath: chromium ?? 'chromium: apt-get install chromium', args: ['--no-sandbox'] },
  },
  projects: [
    { name: 'fake', testIgnore: 'real/**' },
    { name: 'real', testDir: 'e2e/real', timeout: 1_800_000 },
  ],
});
