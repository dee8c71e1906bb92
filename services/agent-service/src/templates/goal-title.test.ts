import { expect, test } from '@jest/globals';
import { headlineOf, itemOf, resourceOf, slugOf, summaryOf, titleOf } from './goal-title.ts';
import { NASTY } from './sample-goals.ts';

test.each([
  ['Build me a todo list app', 'Todo list app'],
  ['please create a REST API for books. It should be fast.', 'REST API for books'],
  ['I want to build a blog', 'Blog'],
  ['build', 'Build'],
  [' \n ', 'Project'],
  ['site\nwith\ttabs', 'Site with tabs'],
])('the title of %j is %j', (goal, title) => {
  expect(titleOf(goal)).toBe(title);
});

test('a long title is cut at a word, and an emoji is not cut in two', () => {
  expect(titleOf('word '.repeat(100))).toMatch(/^Word( word)+…$/);
  const families = titleOf('👩‍👩‍👧'.repeat(100));
  expect(families).toBe(`${'👩‍👩‍👧'.repeat(59)}…`);
});

test.each([
  ['Build a landing page with a contact form', 'Landing page with a contact form'],
  ['landing page for a coffee shop with a contact form', 'Coffee shop'],
  ['a static page about sourdough bread, please', 'Sourdough bread'],
  ['A landing page for my bakery called "Crumb & Co", in green', 'Crumb & Co'],
])('the heading of %j is %j', (goal, heading) => {
  expect(headlineOf(goal)).toBe(heading);
});

test.each([
  ['REST API for books', 'books', 'book'],
  ['a REST api to manage inventory', 'inventory', 'inventory'],
  ['API for tracking expenses', 'expenses', 'expense'],
  ['build a recipe API', 'recipes', 'recipe'],
  ['API for a list of companies', 'companies', 'company'],
  ['rest api for my address book', 'addresses', 'address'],
  ['API of movies', 'movies', 'movie'],
  ['build a REST API', 'items', 'item'],
  [NASTY, 'items', 'item'],
])('the API of %j is for %s', (goal, resource, item) => {
  expect([resourceOf(goal), itemOf(goal)]).toEqual([resource, item]);
});

test('a slug is a name for a package, whatever the goal', () => {
  expect(slugOf('Build a Café-Finder!')).toBe('cafe-finder');
  for (const goal of [NASTY, '漢字', '', '---', 'x'.repeat(2000)])
    expect(slugOf(goal)).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
});

test('titles, headings and summaries are short and in one line', () => {
  for (const text of [titleOf(NASTY), headlineOf(NASTY), summaryOf(NASTY)]) {
    expect(text).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
    expect([...text].length).toBeLessThanOrEqual(165);
    expect(text.isWellFormed()).toBe(true);
  }
});
