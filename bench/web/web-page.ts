// In a real browser: from a step's commit to its entry being painted, and until the first page takes a goal.
// Usage: npm run bench -- web-page
import { fileURLToPath } from 'node:url';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { type BrowserContext, chromium } from '@playwright/test';
import { ensureWebClient } from '../../infra/local/start/web-client.mjs';
import { findChromium } from '../../test/e2e/find-chromium.ts';
import { percentile, show } from '../harness.ts';
import { HEADERS, startProduct } from '../running-product.ts';
import { noteBarePaints, noteFirstGoalField, notePaintedSteps } from './note-paints.ts';

const RUNS = 4;
const STEPS = 15;
/** So that a step's entries do not wait behind those of the one before. */
const MODEL_MS = 150;
const LOADS = 20;
const ACCOUNT = { email: 'bench@example.com', password: 'password of the benches' };

export async function benchWebPage(): Promise<string> {
  await ensureWebClient(fileURLToPath(new URL('../..', import.meta.url)), process.execPath);
  const provider = await startScriptedProvider({
    script: ({ purpose, step }) =>
      purpose === 'plan'
        ? { text: Array.from({ length: STEPS }, (_, index) => `${index + 1}. Do part ${index + 1}`).join('\n') }
        : { toolUses: [{ name: 'finish_step', input: { result: `Part ${step} is done.` } }] },
    latencyMs: ({ purpose }) => (purpose === 'plan' ? 0 : MODEL_MS),
  });
  const product = await startProduct({
    AGENT_MODE: 'claude',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: provider.url,
    OLLAMA: 'off',
  });
  const executablePath = findChromium();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
  const post = async (path: string, body: object) =>
    (await fetch(product.url + path, { method: 'POST', headers: HEADERS, body: JSON.stringify(body) })).json();
  let storageState: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;
  /** Each with an empty cache. Signed in once: how often that may be tried is limited. */
  const signedIn = async (): Promise<BrowserContext> => {
    const context = await browser.newContext({ baseURL: product.url, ...(storageState && { storageState }) });
    if (!storageState) {
      const answer = await context.request.post('/sign-in', { data: ACCOUNT, headers: { origin: product.url } });
      if (!answer.ok()) throw new Error(`Signing in: ${await answer.text()}`);
      storageState = await context.storageState();
    }
    return context;
  };
  try {
    await post('/account', ACCOUNT);
    const painted: number[] = [];
    const bare: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const context = await signedIn();
      const page = await context.newPage();
      await page.addInitScript(notePaintedSteps);
      const { id } = await post('/tasks', { type: 'build', goal: `measure ${run}` });
      await page.goto(`/task/${id}`);
      await page.locator('[data-testid=feed-state][data-state=live]').waitFor();
      await post(`/tasks/${id}/run-async`, {});
      await page.locator('[data-testid=task-status][data-status=completed]').waitFor({ timeout: 120_000 });
      const paints = new Map(await page.evaluate(() => window.paintedSteps ?? []));
      const events: { seq: number; event_type: string; timestamp: string }[] = await (
        await fetch(`${product.url}/tasks/${id}/events?limit=1000`, { headers: HEADERS })
      ).json();
      for (const { seq, event_type, timestamp } of events) {
        const at = paints.get(seq);
        if (event_type === 'step_completed' && at !== undefined) painted.push(at - Date.parse(timestamp));
      }
      bare.push(...(await page.evaluate(noteBarePaints, STEPS)));
      await context.close();
    }
    const loads: number[] = [];
    for (let load = 0; load < LOADS; load += 1) {
      const context = await signedIn();
      const page = await context.newPage();
      await page.addInitScript(noteFirstGoalField);
      await page.goto('/');
      loads.push(await page.waitForFunction(() => window.firstGoalFieldMs).then((found) => found.jsonValue() as never));
      await context.close();
    }
    return [
      `step committed → painted: ${figures(painted)}, ${painted.length} of ${RUNS * STEPS} steps`,
      `an element added to the same page → painted: ${figures(bare)}, ${bare.length} times`,
      `first page, nothing cached, until it takes a goal: ${figures(loads)}, ${loads.length} loads`,
    ].join('\n');
  } finally {
    await browser.close();
    await product.close();
    await provider.close();
  }
}

const figures = (times: number[]) =>
  `p50 ${show(percentile(times, 50))} ms, p99 ${show(percentile(times, 99))} ms (${show(Math.min(...times))}–${show(Math.max(...times))})`;
