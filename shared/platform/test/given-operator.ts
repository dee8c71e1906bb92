// The dead-letter endpoints of a service on a test's database, as an operator asks them.
import express from 'express';
import request from 'supertest';
import type { BusMessage } from '../src/bus/bus.ts';
import { type DeadLetterDeps, deadLetterEndpoints } from '../src/dead-letter-endpoints.ts';
import { byAssertion, mountEndpoints } from '../src/endpoint.ts';
import type { InboxOptions } from '../src/inbox.ts';
import { problemHandler } from '../src/problem.ts';
import {
  createEffects,
  type Deps,
  deliver,
  effectsOf,
  inboxOf,
  type NotedContext,
  writeEffect,
} from './given-consumer.ts';
import { givenDatabase } from './given-database.ts';
import { toMessage } from './given-events.ts';

const PATH = '/admin/dead-letters/task-service';

/** @param options whose handlers, and whose database */
export function givenOperator(options: InboxOptions<Deps>) {
  const { name, consumers, db, logger } = options;
  const identity = {
    verify: async () => ({ userId: 'operator-1', kind: 'user' as const, scopes: ['admin' as const] }),
  };
  const deps = { ...options.deps, db, logger, identity };
  const app = express();
  mountEndpoints(app, deadLetterEndpoints<Deps & DeadLetterDeps>({ name, consumers }), deps, byAssertion(deps));
  app.use(problemHandler(logger));

  const get = (path = '') => request(app).get(PATH + path);
  const settle = (how: 'replay' | 'discard', id: number | string) => request(app).post(`${PATH}/${id}/${how}`);
  return {
    get,
    replay: (id: number | string) => settle('replay', id),
    discard: (id: number | string) => settle('discard', id),
    /** The letters of a key in one state, oldest first. */
    async lettersOf(key: string, state = 'dead'): Promise<{ id: number; reason: string; held_behind: number }[]> {
      const { body } = await get(`?state=${state}&limit=100`);
      return body.filter((letter: { key: string }) => letter.key === key).reverse();
    },
  };
}

/** A consumer that refuses some numbers, the dead letters that come of it, and an operator. */
export async function givenRefusals() {
  const given = await givenDatabase();
  await createEffects(given.db);
  const refused = new Map<number, unknown>();
  const handle = async (context: NotedContext) => {
    await writeEffect(context);
    if (refused.has(context.data.n)) throw refused.get(context.data.n);
  };
  const options = inboxOf(given.db, handle);
  const operator = givenOperator(options);
  return {
    ...given,
    /** What the handler refuses, and with what. */
    refused,
    operator,
    deliver: (...messages: BusMessage[]) => deliver(options, ...messages),
    deliverToReplica: (...messages: BusMessage[]) => deliver(inboxOf(given.replica(), handle), ...messages),
    effects: (key: string) => effectsOf(given.db, key),
    stateOf: async (key: string) =>
      (await given.db.query('select last_no, parked, held from inbox_keys where key = $1', [key]))[0],
    /** Number 2 is a dead letter, and what comes after it waits. @returns the letter's id */
    async givenDead(key: string, ...later: number[]): Promise<number> {
      refused.clear();
      refused.set(2, new Error('two is refused'));
      await deliver(options, ...numbered(key, 1, 2, ...later));
      const [letter] = await operator.lettersOf(key);
      if (!letter) throw new Error('no dead letter');
      return letter.id;
    },
  };
}

export const numbered = (key: string, ...numbers: number[]) => numbers.map((n) => toMessage(key, n, { n }));
