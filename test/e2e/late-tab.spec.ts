import { expect, test } from '@playwright/test';
import { expectCompleted, oneTo, openNewTask, openTab, recordedSeqs, shownSeqs } from './on-page.ts';

test('a tab that joins in the middle of a run shows every entry, 1 to n', async ({ page, context }) => {
  const { id, card } = await openNewTask(page, { goal: 'Build a landing page with a contact form' });
  await card.getByTestId('run-task-button').click();
  await card.locator('[data-type=step_started]').first().waitFor();

  const lateTab = await context.newPage();
  await lateTab.goto(`/task/${id}`);
  const lateCard = lateTab.getByTestId('task-card');
  await expectCompleted(lateCard);
  await expectCompleted(card);

  const recorded = await recordedSeqs(page, id);
  expect(recorded).toEqual(oneTo(recorded.length));
  await expect.poll(() => shownSeqs(lateCard)).toEqual(recorded);
  await expect.poll(() => shownSeqs(card)).toEqual(recorded);
});

test('a tab opened after the end shows the same entries, log, plan and files', async ({ page, context }) => {
  const { id, card } = await openNewTask(page, { goal: 'Build a to-do app' });
  await card.getByTestId('run-task-button').click();
  await expectCompleted(card);
  const recorded = await recordedSeqs(page, id);
  await expect.poll(() => shownSeqs(card)).toEqual(recorded);

  const lateTab = await context.newPage();
  await lateTab.goto(`/task/${id}`);
  const lateCard = lateTab.getByTestId('task-card');
  await expectCompleted(lateCard);
  await expect.poll(() => shownSeqs(lateCard)).toEqual(recorded);
  for (const [tab, part] of [
    ['activity', 'plan-step'],
    ['log', 'task-log'],
    ['files', 'task-file'],
  ] as const) {
    await openTab(card, tab);
    await openTab(lateCard, tab);
    await expect(card.getByTestId(part).first()).toBeVisible();
    await expect(lateCard.getByTestId(part)).toHaveText(await card.getByTestId(part).allTextContents());
    expect(await card.getByTestId(part).count(), part).toBeGreaterThan(0);
  }
});

test('a tab whose connection is cut in the middle of a run misses nothing', async ({ page, context }) => {
  const { id, card } = await openNewTask(page, { goal: 'Build a REST API for notes' });
  const { card: watched, tab } = await openBeside();
  await card.getByTestId('run-task-button').click();
  await watched.locator('[data-type=run_started]').waitFor();

  await tab.context().setOffline(true);
  await expect(tab.getByTestId('connection-banner')).toBeVisible();
  // Its offline browser context is its own: the run is followed to its end by the first tab.
  await expectCompleted(card);
  await tab.context().setOffline(false);

  await expectCompleted(watched);
  const recorded = await recordedSeqs(page, id);
  await expect.poll(() => shownSeqs(watched), { timeout: 15_000 }).toEqual(recorded);
  await expect(tab.getByTestId('connection-banner')).toBeHidden();
  await tab.context().close();

  async function openBeside() {
    const own = await page
      .context()
      .browser()
      ?.newContext({ storageState: await context.storageState() });
    if (!own) throw new Error('There is no browser to open another context in.');
    const tab = await own.newPage();
    await tab.goto(new URL(`/task/${id}`, page.url()).href);
    return { tab, card: tab.getByTestId('task-card') };
  }
});
