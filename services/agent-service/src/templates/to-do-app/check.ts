// Uses a built to-do app as a person would: loads the page's scripts on its own document and clicks.
import { runInNewContext } from 'node:vm';
import { parseHTML } from 'linkedom';
import { type Check, checkReadme, runCheck } from '../check-report.ts';
import { toDoApp } from './template.ts';

/** The page with its scripts running, on a storage that outlives it. */
function openPage(check: Check, storage: Map<string, string>) {
  const { document, Event } = parseHTML(check.read('index.html'));
  const localStorage = {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
  };
  const scripts = [...document.querySelectorAll('script')].map((script) => script.getAttribute('src') ?? '');
  const context = { document, localStorage, JSON };
  for (const script of scripts) runInNewContext(check.read(script), context);
  const fire = (element: { dispatchEvent(event: unknown): boolean } | null, type: string) =>
    element?.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
  return {
    scripts,
    document,
    texts: () => [...document.querySelectorAll('#items li span')].map((span) => span.textContent),
    add(text: string) {
      (document.querySelector('#new-item') as unknown as { value: string }).value = text;
      fire(document.querySelector('#add-form'), 'submit');
    },
    tick(index: number) {
      fire(document.querySelectorAll('#items input')[index] ?? null, 'change');
    },
    click: (selector: string) => fire(document.querySelector(selector), 'click'),
  };
}

await runCheck(toDoApp, async (check) => {
  checkReadme(check, 'index.html', 'app.js');
  const storage = new Map<string, string>();
  const page = openPage(check, storage);
  check.ok(
    page.scripts.length === 2 && page.document.querySelector('h1')?.textContent,
    'the page has a heading and its scripts',
  );
  const style = page.document.querySelector('link[rel=stylesheet]')?.getAttribute('href') ?? '';
  check.ok(check.read(style).includes('#items') || check.read(style).includes('li {'), 'the list has its looks');
  page.add('buy milk');
  page.add('  ');
  page.add('<b>write</b>');
  check.ok(page.texts().join('|') === 'buy milk|<b>write</b>', 'items are added and shown as text, blank ones are not');
  page.tick(0);
  check.ok(page.document.querySelectorAll('#items .done').length === 1, 'an item is ticked off');
  check.ok(page.document.querySelector('#count')?.textContent === '1 of 2 to do', 'what is left is counted');
  page.click('[data-filter=open]');
  check.ok(page.texts().join('|') === '<b>write</b>', 'only open items are shown when asked');
  page.click('[data-filter=all]');
  const again = openPage(check, storage);
  check.ok(
    again.texts().length === 2 && again.document.querySelectorAll('#items .done').length === 1,
    'the list is there after a reload',
  );
  again.click('#clear-done');
  check.ok(again.texts().join('|') === '<b>write</b>', 'done items are cleared');
  again.click('#items .remove');
  check.ok(again.texts().length === 0, 'an item is removed');
});
