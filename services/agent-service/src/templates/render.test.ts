import { expect, test } from '@jest/globals';
import { parseHTML } from 'linkedom';
import { oneLine } from './goal-title.ts';
import { render, unescapeMarkdown } from './render.ts';
import { NASTY } from './sample-goals.ts';

const values = { goal: NASTY };

test('a string of JavaScript holds any text and cannot end its script element', () => {
  const literal = render('"{{json:goal}}"', values);
  expect(JSON.parse(literal)).toBe(NASTY);
  expect(literal).not.toMatch(/<|>|\u2028|\n/);
  expect(render("const goal = '{{json:goal}}';", { goal: 'it\'s "x"' })).toBe('const goal = "it\'s \\"x\\"";');
});

test('HTML shows any text, in elements and attributes', () => {
  const goal = oneLine(NASTY);
  const page = parseHTML(render('<p title="{{html:goal}}">{{html:goal}}</p>', { goal })).document;
  expect(page.querySelector('p')?.textContent).toBe(goal);
  expect(page.querySelector('p')?.getAttribute('title')).toBe(goal);
  expect(page.querySelectorAll('*').length).toBe(1);
});

test('Markdown shows any text in one line, and it can be read back', () => {
  const line = render('{{text:goal}}', { goal: oneLine(NASTY) });
  expect(line).not.toMatch(/\n|(?<!\\)[`[\]*_]|</);
  expect(unescapeMarkdown(line)).toBe(oneLine(NASTY));
});

test('a name is refused unless it is one', () => {
  expect(render('{{name:slug}}', { slug: 'a-1' })).toBe('a-1');
  expect(() => render('{{name:goal}}', values)).toThrow('is not a name');
});

test('a mark without a value, an unknown place and json without quotes are refused', () => {
  expect(() => render('{{html:other}}', values)).toThrow('no value');
  expect(() => render('{{url:goal}}', values)).toThrow('cannot be filled');
  expect(() => render('x = {{json:goal}}', values)).toThrow('The mark');
});

test('what is filled in is not filled again', () => {
  expect(render('{{html:goal}}', { goal: '{{html:goal}} $& $1' })).toBe('{{html:goal}} $&amp; $1');
});
