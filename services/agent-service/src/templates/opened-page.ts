// A built page running its own scripts, in a document without a browser and with only the globals it is given.
import { createContext, runInContext } from 'node:vm';
import { parseHTML } from 'linkedom';
import type { Check } from './check-report.ts';

/** What is used of an element; the DOM's own types belong to browsers, which these files are not compiled for. */
export type PageElement = {
  value: string;
  checked: boolean;
  disabled: boolean;
  textContent: string | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  dispatchEvent(event: unknown): boolean;
};

export type OpenedPage = {
  /** @throws when the page has no such element */
  find(selector: string): PageElement;
  findAll(selector: string): PageElement[];
  fire(element: PageElement, type: string): void;
};

/** @param globals a getter among them is asked each time, and may throw as a browser's does */
export function openPage(check: Check, path: string, globals: object): OpenedPage {
  const { document, Event } = parseHTML(check.read(path));
  const sources = [...document.querySelectorAll('script[src]')].map((script) => script.getAttribute('src') ?? '');
  check.ok(sources.length > 0, `${path} has scripts: ${sources.join(', ')}`);
  const properties = Object.getOwnPropertyDescriptors({ document, Event });
  const sandbox = createContext(
    Object.defineProperties({}, { ...properties, ...Object.getOwnPropertyDescriptors(globals) }),
  );
  for (const source of sources) runInContext(check.read(source), sandbox, { filename: source, timeout: 1_000 });
  return {
    find(selector) {
      const element = document.querySelector(selector);
      if (!element) throw new Error(`The page has no ${selector}.`);
      return element as unknown as PageElement;
    },
    findAll: (selector) => [...document.querySelectorAll(selector)] as unknown as PageElement[],
    fire: (element, type) => void element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true })),
  };
}
