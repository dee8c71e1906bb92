// What every built page has to keep: a heading, labels, links and assets that lead somewhere, nothing from the network.
import { dirname, join } from 'node:path';
import { parseHTML } from 'linkedom';
import type { Check } from './check-report.ts';

export type Page = ReturnType<typeof parseHTML>['document'];

/** Reads a page and follows everything it names. @returns its document, for further looks */
export function checkPage(check: Check, path: string): Page {
  const { document } = parseHTML(check.read(path));
  const heading = document.querySelectorAll('h1');
  check.ok(heading.length === 1 && heading[0]?.textContent?.trim(), `${path} has one heading`);
  check.ok(document.querySelector('title')?.textContent?.trim(), `${path} has a title`);
  check.ok(document.querySelector('html')?.getAttribute('lang'), `${path} says its language`);
  check.ok(document.querySelector('meta[name=viewport]'), `${path} is made for phones, too`);
  const links = [...document.querySelectorAll('[href], [src]')].map(
    (element) => element.getAttribute('href') ?? element.getAttribute('src') ?? '',
  );
  const faults = links.map((link) => findLinkFault(check, path, document, link)).filter((fault) => fault !== '');
  check.ok(
    faults.length === 0,
    faults.length > 0 ? faults.join('\n') : `${path}: ${links.length} links lead somewhere`,
  );
  const fields = [...document.querySelectorAll('input:not([type=hidden]), textarea, select')];
  const unnamed = fields.filter((field) => {
    const label = field.closest('label') ?? document.querySelector(`label[for="${field.getAttribute('id')}"]`);
    return !(field.getAttribute('aria-label') ?? label?.textContent?.trim());
  });
  check.ok(unnamed.length === 0, `${path}: every field has a label`);
  return document;
}

/** What is wrong with a link, or an empty text. */
function findLinkFault(check: Check, path: string, document: Page, link: string): string {
  if (/^[a-z]+:|^\//i.test(link)) return `${path}: ${link} is not a relative link`;
  const [file, anchor] = link.split('#') as [string, string | undefined];
  const target = file === '' ? path : join(dirname(path), file);
  if (!check.has(target)) return `${path}: ${link} leads to no file`;
  if (!anchor) return '';
  const page = file === '' ? document : parseHTML(check.read(target)).document;
  return page.getElementById(anchor) ? '' : `${path}: ${link} leads to no place in ${target}`;
}

/** A style sheet with rules and whole braces, for light and dark, that loads nothing. */
export function checkStyles(check: Check, path: string): void {
  const css = check.read(path).replace(/\/\*[\s\S]*?\*\//g, '');
  const opened = css.split('{').length;
  check.ok(opened > 5 && opened === css.split('}').length, `${path} has ${opened - 1} rules`);
  check.ok(!/@import|url\(/.test(css), `${path} loads nothing`);
  check.ok(/color-scheme:\s*light dark/.test(css), `${path} has a light and a dark look`);
}

export function checkPicture(check: Check, path: string): void {
  check.ok(/^<svg[\s>][\s\S]*<\/svg>\s*$/.test(check.read(path)), `${path} is a picture`);
}

/** Whether every word of the heading is one of the goal's. */
export function comesFromGoal(heading: string, goal: string): boolean {
  const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const words = new Set(wordsOf(goal));
  // The heading of a goal without any word is made up; a last word may have been cut.
  return words.size === 0 || wordsOf(heading).every((word) => words.has(word) || goal.toLowerCase().includes(word));
}
