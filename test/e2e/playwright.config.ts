import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';
import { findChromium } from './find-chromium.ts';

const executablePath = findChromium();
if (!executablePath) throw new Error('No Chromium was found. Install one, or name it in CHROMIUM_PATH.');

export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: resolve(import.meta.dirname, '../../test-results/e2e'),
  globalSetup: './global-setup.ts',
  // All tests share one product, whose task list they look at.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  timeout: 60_000,
  use: {
    baseURL: process.env.E2E_BASE_URL,
    storageState: process.env.E2E_SESSION,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    // The original product's flow takes the first card it meets for its own, so it comes before others make tasks.
    { name: 'first', testMatch: 'task-creation.spec.ts' },
    { name: 'others', testIgnore: 'task-creation.spec.ts' },
  ],
});
