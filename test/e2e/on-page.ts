// What several browser tests do on the page.
import { expect, type Locator, type Page } from '@playwright/test';

/** Creates a task by the form. Returns its card, which stays the same card when newer ones come. */
export async function createTask(page: Page, goal: string): Promise<{ id: string; card: Locator }> {
  // Until the list is there, an old task could be taken for the new one.
  const newestBefore = page.getByTestId('task-card').first();
  await newestBefore.or(page.getByTestId('no-tasks')).waitFor();
  const before = (await newestBefore.count()) > 0 ? await newestBefore.getAttribute('data-task-id') : null;
  await page.fill('input[name=goal]', goal);
  await page.click('button[type=submit]');
  const newest = page.getByTestId('task-card').first();
  await expect(newest).not.toHaveAttribute('data-task-id', before ?? '');
  const id = await newest.getAttribute('data-task-id');
  if (!id) throw new Error('The new card has no task id.');
  return { id, card: page.locator(`[data-task-id="${id}"]`) };
}

/** Creates a task by the API, for who builds it and what waits for approval, and opens its own page. */
export async function openNewTask(page: Page, task: { goal: string; [field: string]: unknown }) {
  await page.goto('/');
  const origin = new URL(page.url()).origin;
  const answer = await page.request.post('/tasks', { data: { type: 'build', ...task }, headers: { origin } });
  expect(answer.ok()).toBe(true);
  const { id }: { id: string } = await answer.json();
  return { id, card: await openTask(page, id) };
}

/** Opens a task's own page. */
export async function openTask(page: Page, id: string): Promise<Locator> {
  await page.goto(`/task/${id}`);
  const card = page.getByTestId('task-card');
  await expect(card.getByTestId('feed-state')).toHaveAttribute('data-state', 'live');
  return card;
}

/** Turns to a side of a task's page, by its name there. */
export async function openTab(card: Locator, name: string): Promise<void> {
  await card.getByTestId(`tab-${name}`).click();
}

/** Opens a file on the page of its task. */
export async function openFile(card: Locator, path: string): Promise<Locator> {
  await openTab(card, 'files');
  await card.getByTestId('task-file').filter({ hasText: path }).click();
  return card.getByTestId('file-view');
}

export async function expectStatus(card: Locator, status: string): Promise<void> {
  await expect(card.getByTestId('task-status')).toHaveAttribute('data-status', status, { timeout: 30_000 });
}

export async function expectCompleted(card: Locator): Promise<void> {
  await expect(card.getByTestId('task-status')).toHaveAttribute('data-status', 'completed', { timeout: 30_000 });
}

/** The numbers of the timeline entries that are shown, in the order in which they are shown. */
export function shownSeqs(card: Locator): Promise<number[]> {
  return card
    .getByTestId('timeline-event')
    .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-seq'))));
}

/** What the feed itself says the numbers are. */
export async function recordedSeqs(page: Page, taskId: string): Promise<number[]> {
  const seqs: number[] = [];
  for (;;) {
    const answer = await page.request.get(`/tasks/${taskId}/events?after=${seqs.at(-1) ?? 0}&limit=500`);
    expect(answer.ok()).toBe(true);
    const events: { seq: number }[] = await answer.json();
    if (events.length === 0) return seqs;
    seqs.push(...events.map(({ seq }) => seq));
  }
}

/** 1, 2, … n: what a timeline without gap or duplicate looks like. */
export const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
