import { expect, test } from '@playwright/test';

const LIMIT_BYTES = 200_000;

test('the first page is less than 200 KB of scripts and styles, as the gateway sends them', async ({ page }) => {
  const sent = new Map<string, Promise<{ bytes: number; encoding: string | undefined }>>();
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname !== '/' && !pathname.startsWith('/assets/')) return;
    const answered = Promise.all([request.sizes(), request.response()]);
    sent.set(
      pathname,
      answered.then(([{ responseBodySize: bytes }, answer]) => ({
        bytes,
        encoding: answer?.headers()['content-encoding'],
      })),
    );
  });
  await page.goto('/');
  await page.getByTestId('task-card').first().or(page.getByTestId('no-tasks')).waitFor();
  const files = await Promise.all(sent.values());
  expect(files.length).toBeGreaterThan(2);
  // What fits into one packet is sent as it is.
  expect(files.filter(({ bytes, encoding }) => bytes > 2_000 && !encoding)).toEqual([]);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(total).toBeGreaterThan(50_000);
  expect(total).toBeLessThan(LIMIT_BYTES);
});
