// What a user can do while agents work: stop them, go on, say something, answer.
import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import type { Fault } from '@builder-ai/testing/scripted-provider';
import type { Script, ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ALL, type ControlledRun, finish, givenControlledRun, job, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;
let run: ControlledRun;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

afterEach(() => run.close());

/** A plan of one step, and what the builder answers when it was told so many results. */
const oneStep =
  (answers: ScriptToolUse[][]): Script =>
  (request) =>
    request.purpose === 'plan' ? { text: '1. Only this' } : { toolUses: answers[request.results] ?? [finish()] };

/** One request hangs until the test lets it go on. */
function hangOnce(which: string): (request: { step: number | null; results: number }) => Fault | undefined {
  let hung = false;
  return ({ step, results }) => {
    if (hung || which !== `${step}.${results}`) return undefined;
    hung = true;
    return { kind: 'hang' };
  };
}

describe('cancel', () => {
  test('a model call that runs is stopped; what it may have cost is counted, and what was made is kept', async () => {
    run = await givenControlledRun(service, twoSteps, { fault: hangOnce('2.1') });
    await run.run();
    await eventually(() => run.asked().includes('2.1'));
    await run.cancel();
    await run.hears('run.cancelled');
    await run.stands('ended');
    const ledger = await run.ledger();
    const unknown = ledger.filter((entry) => entry.kind === 'model.unknown');
    expect(unknown).toHaveLength(1);
    expect(await run.money()).toMatchObject({ reserved: 0 });
    expect(ledger.at(-1)).toEqual({ kind: 'run.cancelled' });
    expect(await run.paths()).toEqual(['1/1.txt', '1/2.txt', '2/1.txt']);
  });

  test('a run that waits is cancelled, one that has ended stays as it is', async () => {
    run = await givenControlledRun(service, twoSteps);
    await run.run({ cap_micro_usd: 100_000 });
    await run.hears('run.waiting');
    await run.stands('idle');
    await run.cancel();
    await run.hears('run.cancelled');
    await run.stands('ended');
    await run.cancel();
    // Another job, asked for before the cancellation was known, is no fault.
    await run.run();
    expect((await run.events()).filter(({ type }) => type === 'run.cancelled')).toHaveLength(1);
    expect(await service.deps.db.query('select 1 from dead_letters')).toEqual([]);
  });
});

describe('pause and resume', () => {
  test('it stops after the call in flight and goes on without making any call again', async () => {
    const answer = newGate();
    run = await givenControlledRun(service, twoSteps, {
      held: ({ step, results }) => (step === 1 && results === 1 ? answer.passed : undefined),
    });
    await run.run();
    await eventually(() => run.asked().includes('1.1'));
    await run.pause();
    answer.open();
    expect((await run.hears('run.waiting'))?.data).toMatchObject({ waiting_for: 'resume' });
    expect(run.asked()).toEqual(ALL.slice(0, ALL.indexOf('1.1') + 1));
    await run.stands('idle');
    await run.run({ job_id: 'job-2' });
    await run.hears('run.completed');
    expect(run.asked()).toEqual(ALL);
    const ledger = await run.ledger();
    expect(ledger.filter((entry) => entry.kind === 'tool.intended').every(({ attempt }) => attempt === 1)).toBe(true);
  });
});

describe('message and answer', () => {
  test('what the user says while a call runs is in the next request, and in those of later steps', async () => {
    const heard: string[] = [];
    const script: Script = (request, body) => {
      if (JSON.stringify(body.messages).includes('The user says: use blue'))
        heard.push(`${request.step}.${request.results}`);
      return twoSteps(request, body);
    };
    const answer = newGate();
    run = await givenControlledRun(service, script, {
      held: ({ step, results }) => (step === 1 && results === 1 ? answer.passed : undefined),
    });
    await run.run();
    await eventually(() => run.asked().includes('1.1'));
    await run.says(run.task, messagePosted, { content: 'use blue' });
    answer.open();
    await run.hears('run.completed');
    expect(heard).toEqual(['1.2', '2.0', '2.1', '2.2']);
  });

  test('an agent asks, the run waits, and the answer is what its call gave', async () => {
    const results: string[] = [];
    const script: Script = (request, body) => {
      for (const { content } of body.messages ?? [])
        for (const block of Array.isArray(content) ? content : [])
          if (block.type === 'tool_result') results.push(JSON.stringify(block));
      return oneStep([[{ name: 'ask_user', input: { question: 'Which colour?' } }]])(request, body);
    };
    run = await givenControlledRun(service, script);
    await run.run();
    const { data } = (await run.hears('run.waiting')) ?? { data: {} };
    expect(data).toMatchObject({ waiting_for: 'input', reason: 'Which colour?', call: { tool: 'ask_user' } });
    expect(data).not.toHaveProperty('code');
    await run.stands('idle');
    const { call_id } = data.call as { call_id: string };
    await run.says(run.task, questionAnswered, { ...job, call_id, answer: 'Blue, please' });
    await run.hears('run.completed');
    expect(results).toHaveLength(1);
    expect(results[0]).toContain('Blue, please');
  });
});
