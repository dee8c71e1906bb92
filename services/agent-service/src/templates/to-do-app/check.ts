// Uses a built to-do app in a document of its own: adds, ticks off, edits, filters and deletes as a person would.

import { checkOwnTests } from '../check-own-tests.ts';
import { checkPage, checkStyles } from '../check-page.ts';
import { checkReadme, runCheck } from '../check-report.ts';
import { openApp } from './opened-app.ts';
import { toDoApp } from './template.ts';

const NASTY = '<img src=x onerror=alert(1)> & "milk"';

await runCheck(toDoApp, async (check) => {
  checkReadme(check, 'index.html', 'npm test');
  checkPage(check, 'index.html');
  checkStyles(check, 'styles.css');
  checkOwnTests(check, 'list.test.mjs');

  const stored = new Map<string, string>();
  const app = openApp(check, stored);
  check.ok(app.texts().length === 0 && app.message().length > 0, 'an empty list says so');
  for (const text of ['Bread', `  ${NASTY}  `, 'Tea']) app.add(text);
  app.add('   ');
  check.ok(app.texts().join('|') === `Bread|${NASTY}|Tea`, 'it adds what is typed, as text, and nothing empty');
  check.ok(app.left().startsWith('3 '), 'it counts what is left');
  app.tick('Bread');
  check.ok(app.left().startsWith('2 '), 'it ticks off');
  app.edit('Tea', 'Green tea');
  check.ok(app.texts().at(-1) === 'Green tea', 'it changes a text');
  app.filter('open');
  check.ok(app.texts().join('|') === `${NASTY}|Green tea`, 'it shows what is open');
  app.filter('done');
  check.ok(app.texts().join('|') === 'Bread', 'it shows what is done');
  app.filter('all');

  const again = openApp(check, stored);
  check.ok(again.texts().join('|') === `Bread|${NASTY}|Green tea`, 'it remembers the list');
  check.ok(again.left().startsWith('2 '), 'it remembers what is done');
  again.clearDone();
  again.remove(NASTY);
  check.ok(again.texts().join('|') === 'Green tea', 'it clears what is done and deletes');

  const without = openApp(check, undefined);
  without.add('Only now');
  check.ok(
    without.texts().join() === 'Only now' && /cannot|not/.test(without.note()),
    'where nothing can be kept it works and says so',
  );
});
