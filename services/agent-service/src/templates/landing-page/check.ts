// Uses a built landing page: looks at the page and its assets, sends good and bad messages as a browser would.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkPage, checkPicture, checkStyles, comesFromGoal, type Page } from '../check-page.ts';
import { type Check, checkReadme, runCheck, startFile } from '../check-report.ts';
import { openPage } from '../opened-page.ts';
import { withServer } from '../started-program.ts';
import { landingPage } from './template.ts';

type Message = { name: string; email: string; message: string };

const GOOD: Message = { name: 'Ada', email: 'ada@example.org', message: 'Hello "there" <b>,\nsecond line' };

await runCheck(landingPage, async (check) => {
  const goal = checkReadme(check, 'npm start', 'messages.jsonl');
  const page = checkPage(check, 'index.html');
  checkPage(check, 'thanks.html');
  checkStyles(check, 'styles.css');
  checkPicture(check, 'icon.svg');
  check.ok(comesFromGoal(page.querySelector('h1')?.textContent ?? '', goal), 'the heading is of the goal');
  await withServer(check.directory, startFile(check), async (url, dataDirectory) => {
    await checkAssets(check, page, url);
    await checkForm(check, page, url, join(dataDirectory, 'messages.jsonl'));
  });
});

async function checkAssets(check: Check, page: Page, url: string): Promise<void> {
  const links = [...page.querySelectorAll('link[href], script[src], img[src]')];
  const assets = links.map((link) => link.getAttribute('href') ?? link.getAttribute('src') ?? '');
  check.ok(
    ['styles.css', 'script.js'].every((asset) => assets.includes(asset)),
    'the page has its looks and its script',
  );
  for (const asset of ['', 'thanks.html', ...assets]) {
    const response = await fetch(new URL(asset, url));
    const served = await response.text();
    check.ok(response.status === 200 && served === check.read(asset || 'index.html'), `/${asset} is served`);
  }
  const secret = await fetch(new URL('package.json', url));
  check.ok(secret.status === 404, 'nothing but the page is served');
}

async function checkForm(check: Check, page: Page, url: string, file: string): Promise<void> {
  const form = page.querySelector('form[method=post]');
  const action = form?.getAttribute('action') ?? '';
  const fields = [...(form?.querySelectorAll('[name]') ?? [])].map((field) => field.getAttribute('name'));
  check.ok(action && fields.sort().join() === 'email,message,name', 'the form asks for name, e-mail and message');
  const stored = () => {
    if (!statSync(file, { throwIfNoEntry: false })) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Message);
  };
  const post = (body: string | URLSearchParams, type?: string) =>
    fetch(new URL(action, url), {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: type ? { 'content-type': type } : {},
    });
  const sendJson = (message: unknown) => post(JSON.stringify(message), 'application/json');

  check.ok((await sendJson(GOOD)).status === 201, 'a good message is taken');
  const plain = await post(new URLSearchParams(GOOD));
  check.ok(plain.headers.get('location') === '/thanks.html', 'also without the script, with a page of thanks');
  const all = stored();
  check.ok(
    all.length === 2 && all.every((line) => line.email === GOOD.email && line.message === GOOD.message),
    'it is stored as it was written',
  );
  const bad = await sendJson({ ...GOOD, email: 'nobody' });
  check.ok(bad.status === 422 && (await bad.text()).includes('email'), 'a bad e-mail address is refused');
  check.ok((await sendJson({ ...GOOD, message: ' ' })).status === 422, 'an empty message is refused');
  check.ok((await post('{', 'application/json')).status === 400, 'what is not a message is refused');
  const badForm = await post(new URLSearchParams({ ...GOOD, name: '', message: '<script>' }));
  check.ok(badForm.status === 422 && !(await badForm.text()).includes('<script>'), 'refusals repeat nothing unescaped');
  const large = await sendJson({ ...GOOD, message: 'x'.repeat(200_000) });
  check.ok(large.status === 413, 'too much is refused');
  check.ok(stored().length === 2, 'nothing of those was stored');
  await checkScript(check, url, () => stored().length);
}

/** Fills in the form of the page itself: its script refuses, sends, thanks, and says so when the server is away. */
async function checkScript(check: Check, url: string, countStored: () => number): Promise<void> {
  let isServerThere = true;
  const fetchFromPage = (path: string, init: RequestInit) =>
    isServerThere ? fetch(new URL(path, url), init) : Promise.reject(new TypeError('Failed to fetch'));
  const page = openPage(check, 'index.html', { fetch: fetchFromPage });
  const submit = async (message: Message) => {
    for (const [name, text] of Object.entries(message)) page.find(`#${name}`).value = text;
    page.fire(page.find('#contact-form'), 'submit');
    while (page.find('#contact-form button').disabled) await setTimeout(5);
    return page.find('#form-status');
  };
  await submit({ ...GOOD, email: 'nobody' });
  const isMarked = page.find('#email').getAttribute('aria-invalid') === 'true';
  check.ok(isMarked && page.find('#email-fault').textContent && countStored() === 2, 'the page marks a bad address');
  const thanks = await submit(GOOD);
  check.ok(/thank/i.test(thanks.textContent ?? '') && countStored() === 3, 'the page sends a good message and thanks');
  isServerThere = false;
  const away = await submit(GOOD);
  check.ok(/server/.test(away.textContent ?? ''), 'without its server the page says so');
}
