import { expect, test } from '@jest/globals';
import { agentWords, statusWords } from './task-words.ts';

test('a task that waits says whether it waits for its reader', () => {
  expect(statusWords({ status: 'waiting', waiting_for: 'approval' })).toBe('Waiting for you');
  expect(statusWords({ status: 'waiting', waiting_for: 'resume' })).toBe('Paused');
  expect(statusWords({ status: 'waiting', waiting_for: null })).toBe('Waiting');
  expect(statusWords({ status: 'completed', waiting_for: null })).toBe('Completed');
});

test('that no model key was found is said only where none was', () => {
  expect(agentWords('template', false)).toBe('template builder: no model key found');
  expect(agentWords('template', true)).toBe('template builder');
  expect(agentWords('claude', true)).toBe('claude');
});
