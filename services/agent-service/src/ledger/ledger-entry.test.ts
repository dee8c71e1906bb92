import { expect, test } from '@jest/globals';
import { foldLedger, type LedgerEntry, NO_PROGRESS } from './ledger-entry.ts';

const after = (tree: string) => ({ tree, empty_directories: [] });

test('an empty ledger is no progress', () => {
  expect(foldLedger([])).toEqual(NO_PROGRESS);
});

test('an interrupted step is still the next one, and its attempts are counted', () => {
  const entries: LedgerEntry[] = [
    { kind: 'plan.intended', agent: 'template' },
    { kind: 'plan.made', agent: 'template', source: 'template', steps: ['a', 'b', 'c'] },
    { kind: 'step.begun', step: 0, attempt: 1, before: null },
    { kind: 'step.done', step: 0, after: after('t0'), commit: 'c0' },
    { kind: 'step.begun', step: 1, attempt: 1, before: after('t0') },
    { kind: 'tool.intended', step: 1, call_id: '1.1', tool: 'write_file' },
    { kind: 'step.begun', step: 1, attempt: 2, before: after('t0') },
  ];
  expect(foldLedger(entries)).toEqual({
    plan: { steps: ['a', 'b', 'c'], source: 'template', agent: 'template' },
    nextStep: 1,
    attempts: [1, 2],
    workspace: after('t0'),
    commit: 'c0',
  });
});

test('folding in two parts is the same as folding at once', () => {
  const entries: LedgerEntry[] = [
    { kind: 'plan.made', agent: 'template', source: 'template', steps: ['a'] },
    { kind: 'step.begun', step: 0, attempt: 1, before: null },
    { kind: 'step.done', step: 0, after: after('t0'), commit: 'c0' },
  ];
  expect(foldLedger(entries.slice(1), foldLedger(entries.slice(0, 1)))).toEqual(foldLedger(entries));
});
