import { expect, test } from '@jest/globals';
import { chooseTemplate } from './index.ts';

test.each([
  ['build a landing page with a contact form', 'landing-page'],
  ['Create a landing page for my coffee shop', 'landing-page'],
  ['a website with a newsletter sign-up form', 'landing-page'],
  ['todo list app', 'to-do-app'],
  ['Build me a to-do list web page', 'to-do-app'],
  ['Make a simple task manager', 'to-do-app'],
  ['REST API for books', 'rest-api'],
  ['Create a REST API for a todo app', 'rest-api'],
  ['a CRUD backend for recipes', 'rest-api'],
  ['cli that counts words', 'command-line-tool'],
  ['Build a command-line tool that converts files', 'command-line-tool'],
  ['hello world in python', 'hello-world'],
  ['Write a Hello World script', 'hello-world'],
  ['a web page that says hello world', 'static-page'],
  ['static page', 'static-page'],
  ['Create a static HTML page about cats', 'static-page'],
  ['portfolio website', 'static-page'],
  ['Simulate the orbits of the planets', 'project-skeleton'],
  ['take a rest and reform the platform', 'project-skeleton'],
  ['', 'project-skeleton'],
])('%s gets the %s', (goal, expected) => {
  expect(chooseTemplate(goal).name).toBe(expected);
});
