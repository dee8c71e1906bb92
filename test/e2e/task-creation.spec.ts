import { expect, test } from '@playwright/test';

// The original product's own flow, changed only in its base URL and a stored sign-in (docs/adr tells why).
test.describe('Task Creation Flow', () => {
  test('should create and execute a task', async ({ page }) => {
    await page.goto('/');

    // Fill in task form
    await page.fill('input[name="goal"]', 'Create a simple web page');
    await page.selectOption('select[name="type"]', 'build');

    // Submit
    await page.click('button[type="submit"]');

    // Wait for task to appear
    await page.waitForSelector('[data-testid="task-card"]');

    // Verify task details
    const taskTitle = await page.textContent('[data-testid="task-title"]');
    expect(taskTitle).toContain('Create a simple web page');

    // Run task
    await page.click('[data-testid="run-task-button"]');

    // Wait for completion
    await page.waitForSelector('[data-testid="task-status"][data-status="completed"]', {
      timeout: 30000,
    });

    // Verify logs appeared
    const logs = await page.locator('[data-testid="task-log"]').count();
    expect(logs).toBeGreaterThan(0);
  });
});
