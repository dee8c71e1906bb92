import { expect, test } from '@playwright/test';
import { HOSTILE_NAME } from './models.ts';
import { expectCompleted, openFile, openNewTask, openTab } from './on-page.ts';

const LINES = 50_000;

test('a file of 5 MB is read line by line; hostile names are text, and terminal codes are gone', async ({ page }) => {
  const { card } = await openNewTask(page, { goal: 'make much', agent_mode: 'claude' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  const view = await openFile(card, 'big.txt');
  await expect(view).toContainText('5.0 MB');
  await expect(view.locator('.code-line').first()).toContainText('1 <i>line</i>');
  expect(await view.locator('.code-line').count()).toBeLessThan(200);
  await view.getByRole('region', { name: 'Lines of big.txt' }).focus();
  await page.keyboard.press('End');
  await expect(view.locator('.code-line').last()).toContainText('<i>', { timeout: 15_000 });
  expect(await view.locator('.code-line').count()).toBeLessThan(200);

  await openTab(card, 'activity');
  const result = card.locator('[data-type=tool_finished]').first();
  await expect(result).toContainText('red and plain');
  expect(await result.textContent()).not.toContain('[31m');

  // The API reads no file of such a name, and says so; its name is in the list all the same.
  const refused = await openFile(card, HOSTILE_NAME);
  await expect(refused.getByTestId('problem')).toContainText('Path contains invalid characters');
  await expect(refused.getByTestId('problem')).toContainText('Request id');
  await expect(page.locator('main :is(img, iframe, script)')).toHaveCount(0);
});

test(`${LINES.toLocaleString('en')} log lines: only those in sight are drawn, from the first to the last`, async ({
  page,
}) => {
  // So many lines take minutes to make: here the feed is said to have them, as it gives them, page by page.
  const { id } = await openNewTask(page, { goal: 'say very much', agent_mode: 'claude' });
  const timestamp = new Date().toISOString();
  const toEvent = (seq: number) => ({
    id: `${id}-${seq}`,
    seq,
    event_type: 'log_added',
    task_id: id,
    timestamp,
    data: { seq, timestamp, level: 'info', agent: 'claude', step: 0, message: `line ${seq}` },
  });
  await page.route(`**/tasks/${id}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), seq: LINES } });
  });
  await page.route(`**/tasks/${id}/events?*`, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [after, limit] = [Number(query.get('after')), Number(query.get('limit'))];
    const length = Math.max(0, Math.min(limit, LINES - after));
    return route.fulfill({ json: Array.from({ length }, (_, index) => toEvent(after + index + 1)) });
  });
  await page.goto(`/task/${id}?tab=log`);
  const log = page.getByRole('region', { name: 'Log lines' });
  const lines = log.getByTestId('task-log');
  await expect(lines.last()).toContainText(`line ${LINES}`, { timeout: 30_000 });
  expect(await lines.count()).toBeLessThan(200);
  await expect(lines.last()).toHaveAttribute('aria-setsize', String(LINES - 1));
  await log.focus();
  await page.keyboard.press('Home');
  await expect(lines.first()).toContainText('line 2');
  expect(await lines.count()).toBeLessThan(200);
});
