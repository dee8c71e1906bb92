import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { expectCompleted, expectStatus, openNewTask, openTab } from './on-page.ts';

// What axe calls serious or critical keeps somebody from using the page.

test.setTimeout(180_000);

async function expectUsable(page: Page, what: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await expectNoFault(new AxeBuilder({ page }), `${what}, light`);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expectNoFault(new AxeBuilder({ page }).withRules(['color-contrast']), `${what}, dark`);
}

async function expectNoFault(axe: AxeBuilder, what: string): Promise<void> {
  const { violations } = await axe.analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  expect(found, what).toEqual([]);
}

test('no page of a task has a serious fault for those who use it without eyes, mouse or colours', async ({ page }) => {
  const { id, card } = await openNewTask(page, { goal: 'build parts, and ask me', agent_mode: 'multi' });
  await card.getByTestId('run-task-button').click();
  await expectStatus(card, 'waiting');
  await expectUsable(page, 'a task that asks');
  await card.getByTestId('answer').fill('Blue');
  await card.getByTestId('answer-button').click();
  await expectCompleted(card);
  for (const tab of ['files', 'changes']) {
    await openTab(card, tab);
    await expect(card.getByRole('tabpanel')).not.toContainText('Loading.');
    if (tab === 'files') await card.getByTestId('task-file').first().click();
    await expectUsable(page, tab);
  }
  await card.getByTestId('moment-before').click();
  await expectUsable(page, 'a past moment');
  await page.goto(`/compare?left=${id}&right=${id}`);
  await expect(page.getByTestId('differences')).toContainText('Both have the same files.');
  await expectUsable(page, 'compare');
});

test('nor have the pages around it', async ({ page, browser }) => {
  await page.goto('/');
  await page.getByTestId('found-models').waitFor();
  await page.getByTestId('task-card').or(page.getByTestId('no-tasks')).first().waitFor();
  await expectUsable(page, 'home');
  await page.getByTestId('bell').click();
  await page.getByTestId('notifications').waitFor();
  await expectUsable(page, 'notifications');
  for (const address of ['/board', '/board?view=list']) {
    await page.goto(address);
    await page.getByTestId('board').or(page.getByTestId('task-row')).or(page.getByTestId('no-tasks')).first().waitFor();
    await expectUsable(page, address);
  }
  for (const section of ['profile', 'keys', 'projects', 'webhooks', 'providers', 'mcp']) {
    await page.goto(`/settings/${section}`);
    await expect(page.locator('.settings-body .setting').first()).toBeVisible();
    await expect(page.locator('.settings-body')).not.toContainText('Loading.');
    await expectUsable(page, section);
  }
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const nobody = await context.newPage();
  await nobody.goto('/');
  await nobody.getByTestId('sign-in').waitFor();
  await expectUsable(nobody, 'sign in');
  await context.close();
});
