import { expect, test } from '@jest/globals';
import { reviewTools, specsOf, tools, toolsFor } from './index.ts';

const names = (agent: string) => toolsFor(agent).map(({ spec }) => spec.name);

test('those that change nothing are marked: no state is kept after them', () => {
  const readers = tools.filter((tool) => tool.readOnly).map(({ spec }) => spec.name);
  expect(readers).toEqual(['list_files', 'read_file', 'search', 'ask_user', 'finish_step']);
});

test("the check of our own templates, which runs outside of the sandbox, is the template builder's alone", () => {
  expect(names('template')).toEqual(['write_file', 'run_check', 'finish_step']);
  expect(names('claude')).toEqual(tools.map(({ spec }) => spec.name).filter((name) => name !== 'run_check'));
});

test('an agent is told of what it may call', () => {
  expect(specsOf(toolsFor('claude')).map(({ name }) => name)).toEqual(names('claude'));
});

test('a reviewer can look at everything and change nothing', () => {
  expect(reviewTools.filter((tool) => !tool.readOnly)).toEqual([]);
  expect(specsOf(reviewTools).map(({ name }) => name)).toContain('give_verdict');
});
