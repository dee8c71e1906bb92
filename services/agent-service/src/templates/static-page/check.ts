// Uses a built static page: follows every link and anchor of every page.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, checkReadme, runCheck } from '../check-report.ts';
import { staticPage } from './template.ts';

function checkPage(check: Check, page: string): void {
  const html = check.read(page);
  check.ok(/<h1>[^<]+<\/h1>/.test(html) && /<title>[^<]+<\/title>/.test(html), `${page} has a title and a heading`);
  const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1] as string);
  check.ok(links.includes('styles.css'), `${page} has its looks`);
  for (const link of links) {
    const [file, anchor] = link.split('#') as [string, string | undefined];
    const target = file || page;
    check.ok(existsSync(join(check.directory, target)), `${page}: ${link} leads to a file`);
    if (anchor) check.ok(check.read(target).includes(`id="${anchor}"`), `${page}: ${link} leads to a place in it`);
  }
}

await runCheck(staticPage, async (check) => {
  checkReadme(check, 'index.html', 'about.html', 'styles.css');
  checkPage(check, 'index.html');
  checkPage(check, 'about.html');
  const braces = check.read('styles.css').replace(/[^{}]/g, '');
  check.ok(braces.length > 0 && braces.split('{').length === braces.split('}').length, 'styles.css is whole');
});
