import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const LIMIT_BYTES = 200_000;

test('the first page is less than 200 KB of scripts and styles, as they are sent compressed', async ({ page }) => {
  const sizes = new Map<string, Promise<number>>();
  page.on('response', (answer) => {
    const { pathname } = new URL(answer.url());
    if (pathname === '/' || pathname.startsWith('/assets/'))
      sizes.set(
        pathname,
        answer.body().then((body) => gzipSync(body).length),
      );
  });
  await page.goto('/');
  await page.getByTestId('task-card').first().or(page.getByTestId('no-tasks')).waitFor();
  const bytes = await Promise.all(sizes.values());
  expect(bytes.length).toBeGreaterThan(2);
  const total = bytes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(LIMIT_BYTES);
});
