import { join } from 'node:path';
import { chromium, type FullConfig, type LaunchOptions } from '@playwright/test';
import { startModels } from './models.ts';
import { startProduct } from './product.ts';

/** Starts models and the product, and signs in by its link; returns what stops them. */
export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const models = await startModels();
  const product = await startProduct(models.env).catch(async (error) => {
    await models.close();
    throw error;
  });
  const stop = async () => {
    await product.stop();
    await models.close();
  };
  try {
    const session = join(product.home, 'browser-session.json');
    await signIn(product.signInLink, session, config.projects[0]?.use.launchOptions);
    // The workers are started after this, and read it in the configuration.
    process.env.E2E_BASE_URL = product.url;
    process.env.E2E_SESSION = session;
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** The link works once: the session that it gives is stored in a file, and every test begins with it. */
async function signIn(link: string, session: string, launchOptions: LaunchOptions = {}): Promise<void> {
  const browser = await chromium.launch(launchOptions);
  try {
    const page = await browser.newPage();
    await page.goto(link);
    await page.waitForSelector('input[name=goal]');
    await page.context().storageState({ path: session });
  } finally {
    await browser.close();
  }
}
