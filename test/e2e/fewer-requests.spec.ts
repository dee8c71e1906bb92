import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { expectCompleted, openNewTask } from './on-page.ts';

const POLL_MS = 1_000;

test('a run of six steps is followed with a tenth of the requests that polling each second takes', async ({ page }) => {
  const { id, card } = await openNewTask(page, { goal: 'build six parts slowly', agent_mode: 'claude' });
  // What the hook asks for beside its socket: the task and its entries.
  let asked = 0;
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() === 'GET' && [`/tasks/${id}`, `/tasks/${id}/events`].includes(pathname)) asked += 1;
  });
  await card.getByTestId('run-task-button').click();
  let polled = 0;
  for (let status = '', after = 0; status !== 'completed'; await setTimeout(POLL_MS)) {
    const task = await (await page.request.get(`/tasks/${id}`)).json();
    const events: { seq: number }[] = await (await page.request.get(`/tasks/${id}/events?after=${after}`)).json();
    after = events.at(-1)?.seq ?? after;
    status = task.status;
    polled += 2;
  }
  await expectCompleted(card);
  await expect(card.getByTestId('plan-step').and(card.locator('[data-status=completed]'))).toHaveCount(6);
  expect(polled).toBeGreaterThanOrEqual(20);
  expect(asked).toBeLessThanOrEqual(polled / 10);
});
