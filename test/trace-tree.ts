// A trace as a tree, and what one of a whole run has to look like, however the product is spread over processes.
import type { ReceivedSpan } from '@builder-ai/testing/otlp-receiver';
import { expect } from '@jest/globals';

/** `service: span` from the root down to the span. */
export function pathOf(span: ReceivedSpan, trace: readonly ReceivedSpan[]): string[] {
  const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? pathOf(parent, trace) : []), `${span.scope}: ${span.name}`];
}

/** The spans of the trace that begins with this request, once it has one of each of the names. */
export function findTrace(spans: readonly ReceivedSpan[], root: string, names: readonly string[]) {
  const first = spans.find(({ name, parentSpanId }) => name === root && parentSpanId === undefined);
  const trace = spans.filter(({ traceId }) => traceId === first?.traceId);
  return names.every((wanted) => trace.some(({ name }) => name === wanted)) ? trace : undefined;
}

/** What a task of two steps by Claude, with a command in each, leaves in the trace of its run-async. */
export const OF_A_RUN = [
  'POST /tasks/:id/run-async',
  'process run.requested',
  'run',
  'chat claude-sonnet-5-5',
  'invoke_agent claude',
  'execute_tool write_file',
  'execute_tool run_command',
  'process run.completed',
  'process task.completed',
];

export function expectTreeOfRun(trace: readonly ReceivedSpan[]): void {
  const roots = trace.filter(({ parentSpanId }) => parentSpanId === undefined);
  expect(roots.map(({ scope, name }) => `${scope}: ${name}`)).toEqual(['gateway: POST /tasks/:id/run-async']);
  const ids = new Set(trace.map(({ spanId }) => spanId));
  expect(trace.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))).toEqual([]);
  expect(trace.filter(({ failed }) => failed)).toEqual([]);

  const pathTo = (name: string) => pathOf(trace.find((span) => span.name === name) as ReceivedSpan, trace);
  const toRun = [
    'gateway: POST /tasks/:id/run-async',
    'task-service: POST /tasks/:id/run-async',
    'agent-service: process run.requested',
    'agent-service: run',
  ];
  const inStep = [...toRun, 'agent-service: invoke_agent claude'];
  expect(pathTo('execute_tool run_command')).toEqual([...inStep, 'agent-service: execute_tool run_command']);
  expect(pathTo('process run.completed').at(-1)).toBe('task-service: process run.completed');
  expect(pathTo('process task.completed').at(-1)).toBe('notification-service: process task.completed');
  expect(pathTo('process task.completed').at(-2)).toMatch(/^task-service: process /);

  const chats = trace.filter(({ name }) => name.startsWith('chat '));
  // The plan, and in each step two calls of tools and the end of the step.
  expect(chats.map(({ attributes }) => attributes.purpose).sort()).toEqual([...Array(6).fill('build'), 'plan']);
  for (const { kind, attributes } of chats) {
    expect(kind).toBe('CLIENT');
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-5-5',
    });
    for (const tokens of ['gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens'])
      expect(attributes[tokens]).toBeGreaterThan(0);
  }
  const tools = trace.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'execute_tool');
  expect(tools.map(({ attributes }) => attributes['gen_ai.tool.name']).sort()).toEqual([
    'finish_step',
    'finish_step',
    'run_command',
    'run_command',
    'write_file',
    'write_file',
  ]);
  expect(trace.filter(({ name }) => name === 'invoke_agent claude').map(({ attributes }) => attributes.step)).toEqual([
    0, 1,
  ]);
}
