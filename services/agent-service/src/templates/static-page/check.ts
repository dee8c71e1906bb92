// Uses a built static page: follows every link, asset and anchor of every page.
import { checkPage, checkPicture, checkStyles, comesFromGoal } from '../check-page.ts';
import { checkReadme, runCheck } from '../check-report.ts';
import { staticPage } from './template.ts';

await runCheck(staticPage, async (check) => {
  const goal = checkReadme(check, 'index.html', 'about.html', 'styles.css', 'icon.svg');
  for (const path of ['index.html', 'about.html']) {
    const page = checkPage(check, path);
    const links = [...page.querySelectorAll('[href]')].map((link) => link.getAttribute('href') ?? '');
    check.ok(links.includes('styles.css') && links.includes('icon.svg'), `${path} has its looks and its icon`);
    const other = path === 'index.html' ? 'about.html' : 'index.html';
    check.ok(links.includes(other), `${path} leads to ${other}`);
    if (path === 'about.html') continue;
    const heading = page.querySelector('h1')?.textContent ?? '';
    check.ok(comesFromGoal(heading, goal), `the heading is of the goal: ${heading}`);
    check.ok(
      links.some((link) => link.startsWith('#')),
      `${path} leads to its own sections`,
    );
  }
  checkStyles(check, 'styles.css');
  checkPicture(check, 'icon.svg');
});
