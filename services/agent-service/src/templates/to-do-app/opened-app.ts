// The page of a built to-do app, used as a person would.
import type { Check } from '../check-report.ts';
import { openPage, type PageElement } from '../opened-page.ts';

/** @param stored what the page keeps between visits; undefined for a browser that forbids it, as a sandbox does */
export function openApp(check: Check, stored: Map<string, string> | undefined) {
  const globals = {
    get localStorage() {
      if (!stored) throw new Error('The operation is insecure.');
      return {
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => void stored.set(key, value),
      };
    },
  };
  const { find, findAll, fire } = openPage(check, 'index.html', globals);
  const rows = () => findAll('#items > li');
  const textOf = (row: PageElement) => row.querySelector('.text')?.textContent ?? '';
  const within = (text: string, selector: string) => {
    const element = rows()
      .find((row) => textOf(row) === text)
      ?.querySelector(selector);
    if (!element) throw new Error(`The list has no ${selector} for ${text}.`);
    return element;
  };
  return {
    texts: () => rows().map(textOf),
    left: () => find('#left').textContent ?? '',
    message: () => find('#empty:not([hidden])').textContent ?? '',
    note: () => find('#note:not([hidden])').textContent ?? '',
    add(text: string) {
      find('#new-text').value = text;
      fire(find('#new'), 'submit');
    },
    tick(text: string) {
      const box = within(text, 'input[type=checkbox]');
      box.checked = !box.checked;
      fire(box, 'change');
    },
    edit(text: string, changed: string) {
      fire(within(text, '.edit'), 'click');
      const field = find('#items .changed-text');
      field.value = changed;
      fire(field.closest('form') as PageElement, 'submit');
    },
    remove: (text: string) => fire(within(text, '.delete'), 'click'),
    filter: (name: string) => fire(find(`[data-filter=${name}]`), 'click'),
    clearDone: () => fire(find('#clear'), 'click'),
  };
}
