import { expect, type Page, test } from '@playwright/test';
import { HOSTILE } from './models.ts';
import { createTask, expectCompleted, openFile, openNewTask, openTab, openTask } from './on-page.ts';

// The server takes some of these words out of a goal; that is no defence, and not all of them fit its pattern. What
// remains must reach the page as text: no element, no dialog, no request and nothing that the policy had to stop.
const HOSTILE_GOALS = [
  '<img src=x onerror=alert(1)> build a page',
  '<svg/onload=alert(1)><b>bold</b> build a page',
  '"><iframe src="javascript:alert(1)"></iframe> build a page',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder that nobody may fill in
  "'-alert(1)-' ${alert(1)} {{constructor.constructor('alert(1)')()}} build a page",
  '<scr<script></script>ipt>alert(1)</script> build a page',
];

for (const goal of HOSTILE_GOALS) {
  test(`shown as text: ${goal}`, async ({ page }) => {
    const alarms = watchForAlarms(page);
    await page.goto('/');
    const { id, card: brief } = await createTask(page, goal);
    const stored: { title: string; goal: string } = await (await page.request.get(`/tasks/${id}`)).json();
    await expect(brief.getByTestId('task-title')).toHaveText(stored.title);
    await expectOnlyText(page);
    await page.goto('/board');
    await expect(page.getByTestId('board-card').filter({ hasText: stored.title }).first()).toBeVisible();
    await expectOnlyText(page);
    const card = await openTask(page, id);
    await expect(card.getByTestId('task-title')).toHaveText(stored.title);
    await card.getByTestId('run-task-button').click();
    await expectCompleted(card);
    // The goal is in the timeline, the plan and the log by now, and it is in the files.
    await expect(card.locator('[data-type=task_created]')).toContainText(stored.title);
    await openTab(card, 'files');
    await card.getByTestId('task-file').first().click();
    await expect(card.getByTestId('file-view').locator('.code-line').first()).toBeVisible();

    await expectOnlyText(page);
    expect(alarms).toEqual([]);
  });
}

test('shown as text: whatever a model says, asks, writes and finds fault with', async ({ page }) => {
  const alarms = watchForAlarms(page);
  const { card } = await openNewTask(page, { goal: 'be hostile', agent_mode: 'multi', approval: 'plan' });
  await card.getByTestId('run-task-button').click();
  await expect(card.getByTestId('edited-step')).toHaveValue(HOSTILE);
  await card.getByTestId('approve-button').click();
  await expect(card.getByTestId('question')).toHaveText(HOSTILE);
  await card.getByTestId('answer').fill(HOSTILE);
  await card.getByTestId('answer-button').click();
  const reason = card.getByTestId('waiting').getByTestId('review-reason');
  await expect(reason).toHaveText(`${HOSTILE}.txt:1 ${HOSTILE}`, { timeout: 20_000 });
  await expectOnlyText(page);
  await card.getByTestId('accept-button').click();
  await expectCompleted(card);
  await card.getByTestId('all-changes').click();
  await expect(card.getByTestId('diff-line').locator('.diff-text')).toHaveText([HOSTILE]);
  await expectOnlyText(page);
  await expect((await openFile(card, 'page.html')).locator('.code-line code')).toHaveText([HOSTILE]);
  await expectOnlyText(page);
  await openTab(card, 'log');
  await expectOnlyText(page);
  await openTab(card, 'said');
  await card.getByTestId('transcript').locator('summary').click();
  await expect(card.getByTestId('transcript').locator('pre')).toContainText(HOSTILE);
  await expectOnlyText(page);
  expect(alarms).toEqual([]);
});

test('the page sends no script inline and loads nothing from elsewhere', async ({ page }) => {
  const requested = new Set<string>();
  page.on('request', (request) => requested.add(new URL(request.url()).origin));
  const answer = await page.goto('/');
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/(script|default)-src 'self'(;|$)/);
  expect(policy).not.toMatch(/unsafe-(inline|eval)/);
  await page.getByTestId('live-state').and(page.locator('[data-state=live]')).waitFor();
  expect([...requested]).toEqual([new URL(page.url()).origin]);
});

/** @returns what happened that text does not do; filled as it happens */
function watchForAlarms(page: Page): string[] {
  const alarms: string[] = [];
  page.on('dialog', (dialog) => {
    alarms.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => alarms.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) alarms.push(`policy: ${message.text()}`);
  });
  return alarms;
}

async function expectOnlyText(page: Page): Promise<void> {
  await expect(page.locator('main :is(img, iframe, script, b, object, embed, style)')).toHaveCount(0);
  await expect(page.locator('main svg')).toHaveCount(0);
}
