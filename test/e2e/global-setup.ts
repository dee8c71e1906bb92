import { chromium, type FullConfig } from '@playwright/test';
import { startProduct } from './product.ts';

/** Starts the product and signs in by its link; returns what stops it. */
export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const product = await startProduct();
  try {
    await signIn(product.signInLink, config);
  } catch (error) {
    await product.stop();
    throw error;
  }
  // The workers are started after this and read it in the configuration.
  process.env.E2E_BASE_URL = product.url;
  return product.stop;
}

/** The link works once: the session that it gives is stored, and every test begins with it. */
async function signIn(link: string, config: FullConfig): Promise<void> {
  const use = config.projects[0]?.use;
  if (typeof use?.storageState !== 'string') throw new Error('The configuration must name a file for the session.');
  const browser = await chromium.launch(use.launchOptions);
  try {
    const page = await browser.newPage();
    await page.goto(link);
    await page.waitForSelector('input[name=goal]');
    await page.context().storageState({ path: use.storageState });
  } finally {
    await browser.close();
  }
}
