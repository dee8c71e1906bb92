import { expect, test } from '@jest/globals';
import type { LedgerEntry } from './ledger-entry.ts';
import { findModelCall, findToolCall, foldLedger, NO_PROGRESS } from './run-progress.ts';

const tree = (name: string) => ({ tree: name, empty_directories: [] });
const usage = { input_tokens: 1, output_tokens: 2, cost_micro_usd: 3 };

const PLAN: LedgerEntry = { kind: 'plan.made', agent: 'template', source: 'template', steps: ['a', 'b', 'c'] };
const BEGUN: LedgerEntry = { kind: 'step.begun', step: 0, attempt: 1, before: tree('t0') };
const ASKED: LedgerEntry = {
  kind: 'model.intended',
  step: 0,
  call_id: '0.1',
  attempt: 1,
  agent: 'claude',
  model: 'm',
  reserved_micro_usd: 70,
};
const ANSWERED: LedgerEntry = {
  kind: 'model.answered',
  step: 0,
  call_id: '0.1',
  agent: 'claude',
  content: [{ type: 'tool_use', id: 'x', name: 'write_file', input: {} }],
  usage,
};
const CALLED: LedgerEntry = { kind: 'tool.intended', step: 0, call_id: '0.1.1', attempt: 1, tool: 'write_file' };
const FINISHED: LedgerEntry = {
  kind: 'tool.finished',
  step: 0,
  call_id: '0.1.1',
  tool: 'write_file',
  ok: true,
  output: 'written',
  after: tree('t1'),
};
const DONE: LedgerEntry = { kind: 'step.done', step: 0, after: tree('t2'), commit: 'c0' };

test('an empty ledger is no progress', () => {
  expect(foldLedger([])).toEqual(NO_PROGRESS);
});

test('an open step keeps its recorded answers and results, and the tree after its last finished call', () => {
  const progress = foldLedger([PLAN, BEGUN, ASKED, ANSWERED, CALLED, FINISHED]);
  expect(progress).toMatchObject({ nextStep: 0, begun: true, attempts: [1], workspace: tree('t1') });
  expect(findModelCall(progress, '0.1')?.answer).toEqual({ content: expect.any(Array), usage });
  expect(findToolCall(progress, '0.1.1')?.result).toEqual({ ok: true, output: 'written' });
});

test('a call with an intent and no outcome is open, with what was reserved for it', () => {
  const model = foldLedger([PLAN, BEGUN, ASKED]);
  expect(findModelCall(model, '0.1')).toMatchObject({ open: { reserved_micro_usd: 70 }, answer: null, attempts: 1 });
  const tool = foldLedger([PLAN, BEGUN, ASKED, ANSWERED, CALLED]);
  expect(findToolCall(tool, '0.1.1')).toMatchObject({ open: true, result: null, attempts: 1 });
  expect(tool.workspace).toEqual(tree('t0'));
});

test('a call that only read leaves the tree as it was', () => {
  const read = { ...FINISHED, call_id: '0.1.2', after: null };
  expect(foldLedger([PLAN, BEGUN, FINISHED, read]).workspace).toEqual(tree('t1'));
});

test('an interrupted model call that was settled is closed without an answer', () => {
  const settled: LedgerEntry = { kind: 'model.unknown', step: 0, call_id: '0.1', agent: 'claude', cost_micro_usd: 70 };
  expect(findModelCall(foldLedger([BEGUN, ASKED, settled]), '0.1')).toMatchObject({ open: null, answer: null });
});

test('a finished step closes its calls and is the parent of the next', () => {
  const progress = foldLedger([PLAN, BEGUN, ASKED, ANSWERED, CALLED, FINISHED, DONE]);
  expect(progress).toMatchObject({ nextStep: 1, begun: false, workspace: tree('t2'), commit: 'c0', calls: {} });
});

test.each([
  ['done', { ok: true }],
  ['fail', { ok: false }],
] as const)('an uncertain call that the user calls %s has a result', (decision, result) => {
  const uncertain: LedgerEntry = { kind: 'tool.uncertain', step: 0, call_id: '0.1.1', tool: 'deploy', reason: 'x' };
  const open = foldLedger([BEGUN, CALLED, uncertain]);
  expect(findToolCall(open, '0.1.1')).toMatchObject({ uncertain: true, result: null });
  const resolved = foldLedger(
    [{ kind: 'tool.resolved', step: 0, call_id: '0.1.1', decision, result: 'it is online' }],
    open,
  );
  expect(findToolCall(resolved, '0.1.1')).toMatchObject({ uncertain: false, open: false, result });
  expect(findToolCall(resolved, '0.1.1')?.result?.output).toContain('it is online');
});

test('an uncertain call that is to be made again has no result and is no longer uncertain', () => {
  const entries: LedgerEntry[] = [
    BEGUN,
    CALLED,
    { kind: 'tool.uncertain', step: 0, call_id: '0.1.1', tool: 'deploy', reason: 'x' },
    { kind: 'tool.resolved', step: 0, call_id: '0.1.1', decision: 'redo', result: null },
  ];
  expect(findToolCall(foldLedger(entries), '0.1.1')).toMatchObject({ uncertain: false, result: null, redo: true });
});

test('a ledger of the first version, which kept neither answers nor results, is gone on with', () => {
  const old = [
    { kind: 'plan.intended', agent: 'template' },
    PLAN,
    BEGUN,
    { kind: 'model.intended', step: 0, call_id: '0.1', agent: 'template' },
    { kind: 'model.answered', step: 0, call_id: '0.1', agent: 'template' },
    { kind: 'tool.intended', step: 0, call_id: '0.1.1', tool: 'write_file' },
    { kind: 'tool.finished', step: 0, call_id: '0.1.1', tool: 'write_file', ok: true },
  ] as LedgerEntry[];
  const progress = foldLedger(old);
  expect(progress).toMatchObject({ nextStep: 0, begun: true, workspace: tree('t0') });
  expect(findModelCall(progress, '0.1')?.answer).toBeNull();
  expect(findToolCall(progress, '0.1.1')?.result).toBeNull();
});

test('folding in two parts is the same as folding at once', () => {
  const entries: LedgerEntry[] = [PLAN, BEGUN, ASKED, ANSWERED, CALLED, FINISHED, DONE];
  for (let at = 0; at <= entries.length; at += 1)
    expect(foldLedger(entries.slice(at), foldLedger(entries.slice(0, at)))).toEqual(foldLedger(entries));
});

test('a run that is retried from an earlier step is where that step began', () => {
  const second: LedgerEntry = { kind: 'step.begun', step: 1, attempt: 1, before: tree('t2') };
  const progress = foldLedger([PLAN, BEGUN, ASKED, ANSWERED, DONE, second, { kind: 'run.retried', step: 0 }]);
  expect(progress).toMatchObject({ nextStep: 0, begun: false, workspace: tree('t0'), commit: null, calls: {} });
  const first = foldLedger([PLAN, BEGUN, DONE, second, { kind: 'run.retried', step: 1 }]);
  expect(first).toMatchObject({ nextStep: 1, begun: false, workspace: tree('t2'), commit: 'c0' });
});

test('a run that is retried from a step that was never begun goes on where it is', () => {
  expect(foldLedger([PLAN, BEGUN, DONE, { kind: 'run.retried', step: 2 }])).toMatchObject({
    nextStep: 1,
    begun: false,
    workspace: tree('t2'),
  });
});

test('a changed plan keeps the steps before the change; only agents use up their changes', () => {
  const changed = foldLedger([PLAN, DONE, { kind: 'plan.changed', agent: 'user', from: 1, steps: ['x'] }]);
  expect(changed).toMatchObject({ replans: 0, plan: { steps: ['a', 'x'] } });
  const replanned = foldLedger([{ kind: 'plan.changed', agent: 'claude', from: 1, steps: ['y', 'z'] }], changed);
  expect(replanned).toMatchObject({ replans: 1, plan: { steps: ['a', 'y', 'z'] } });
});

test('a question is open until it is answered, and the answer is the result of the call', () => {
  const asked = foldLedger([BEGUN, CALLED, { kind: 'question.asked', step: 0, call_id: '0.1.1', question: 'blue?' }]);
  expect(findToolCall(asked, '0.1.1')).toMatchObject({ question: 'blue?', result: null });
  const answered = foldLedger([{ kind: 'question.answered', step: 0, call_id: '0.1.1', answer: 'red' }], asked);
  expect(findToolCall(answered, '0.1.1')).toMatchObject({ question: null, result: { ok: true, output: 'red' } });
});
