// Every endpoint that the gateway answers by itself, through the real product, for each kind of person: what each may see and
// do follows from the endpoint's `access` and from whose things its path names. One that has no rule here fails.
import type { Access } from '@builder-ai/contracts/identity';
import { endpoints } from '@builder-ai/gateway/endpoints';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newHome, type Product, startProduct } from '../stories/product.ts';
import { byKey, call, join, NOBODY, newProject, PASSWORD, type Person, signUp } from './people.ts';
import { type Kind, kinds, rule, type Verdict, verdictOf } from './verdicts.ts';

type Rule = Record<Kind, Verdict>;

/** Of a project that the owner has, with an editor and a viewer. A key has no scope for settings. */
const OF_PROJECT: Partial<Record<Access, Rule>> = {
  'project.read': rule('may', 'may', 'may', 'may', 'may'),
  'project.change': rule('may', 'forbidden', 'forbidden', 'forbidden', 'forbidden'),
};
/** Who is to join is no business of members. */
const FOR_ITS_OWNERS = rule('may', 'forbidden', 'forbidden', 'may', 'may');
/** A session or a key of the owner's own: nobody else learns that it is there, members of the same project neither. */
const OF_OWNER: Partial<Record<Access, Rule>> = {
  'account.change': rule('may', 'hidden', 'hidden', 'forbidden', 'forbidden'),
};
const mine = (change: Verdict): Rule => ({ ...rule('may', 'may', 'may', change, change), stranger: 'may' });
/** About no thing of anybody else's: each gets what is their own. */
const OF_CALLER: Partial<Record<Access, Rule>> = {
  'account.read': mine('may'),
  'account.change': mine('forbidden'),
  'project.read': mine('may'),
  'project.change': mine('forbidden'),
  'task.read': mine('may'),
};
const OPERATOR: Rule = {
  ...rule('forbidden', 'forbidden', 'forbidden', 'forbidden', 'forbidden'),
  stranger: 'forbidden',
};
/** By key alone: no page of a browser speaks it. */
const BY_KEY_ALONE: Rule = { ...rule('unknown', 'unknown', 'unknown', 'may', 'may'), stranger: 'unknown' };

type Listed = { name: string; method: string; path: string; access: Access; bodySample?: unknown };

const all = endpoints
  .map(({ method, path, access, bodySample }) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    access,
    bodySample,
  }))
  .filter(({ access }) => access !== 'public')
  .sort((one, other) => removes(one) - removes(other)) as Listed[];

/** What removes something comes after all that looks at it, and after what removes a part of it. */
function removes({ method, path }: { method: string; path: string }): number {
  return method === 'DELETE' ? 100 - path.split('/').length : 0;
}

function ruleOf({ name, path, access }: Listed): Rule | undefined {
  if (name === 'POST /mcp') return BY_KEY_ALONE;
  if (access === 'operator') return OPERATOR;
  if (name === 'GET /projects/:id/invitations') return FOR_ITS_OWNERS;
  if (path.startsWith('/projects/:id')) return OF_PROJECT[access];
  return path.includes(':') ? OF_OWNER[access] : OF_CALLER[access];
}

/** Faulty where a fitting one would change who the caller is: who may is asked before what is wanted. */
const BODIES: Record<string, object> = {
  'POST /password': {},
  'POST /account': {},
  'POST /account/delete': {},
  'POST /invitations/accept': {},
};

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let people: Record<Kind, Person>;
let ids: Record<string, string>;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, {
    SIGN_UP: 'open',
    RATE_LIMIT_SIGN_IN: '1000',
    OLLAMA: 'off',
    AGENT_MODE: 'template',
  });
  const owner = await signUp(product, 'owner');
  const project = await newProject(product, owner, 'about tea');
  people = {
    owner,
    stranger: await signUp(product, 'stranger'),
    editor: await join(product, owner, project, 'editor'),
    viewer: await join(product, owner, project, 'viewer'),
    nobody: NOBODY,
    'reading key': await byKey(product, owner, ['read']),
    'running key': await byKey(product, owner, ['read', 'run']),
  };
  const ask = async <T>(person: Person, method: string, path: string, body?: object) =>
    (await call(product, person, method, path, body)).json<T>();
  const spare = { name: 'tea', scopes: ['read'] };
  const sessions = async () => (await ask<{ id: string }[]>(owner, 'GET', '/sessions')).map(({ id }) => id);
  const before = await sessions();
  await call(product, NOBODY, 'POST', '/sign-in', { email: 'owner@example.com', password: PASSWORD });
  const colleague = await join(product, owner, project, 'owner');
  ids = {
    '/projects :id': project,
    '/projects :user_id': (await ask<{ user_id: string }>(colleague, 'GET', '/me')).user_id,
    '/projects :invitation_id': (
      await ask<{ id: string }>(owner, 'POST', `/projects/${project}/invitations`, { role: 'viewer' })
    ).id,
    '/keys :id': (await ask<{ id: string }>(owner, 'POST', '/keys', spare)).id,
    '/sessions :id': (await sessions()).find((id) => !before.includes(id)) as string,
    '/users :id': (await ask<{ user_id: string }>(people.stranger, 'GET', '/me')).user_id,
  };
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

test('every endpoint has a rule', () => {
  expect(all.filter((each) => !ruleOf(each)).map(({ name }) => name)).toEqual([]);
  expect(all.length).toBeGreaterThan(20);
});

describe.each(all)('$name', (each) => {
  test.each(kinds)('%s', async (kind) => {
    const first = each.path.slice(0, each.path.indexOf('/', 1) >>> 0);
    const path = each.path.replace(/:\w+/g, (name) => ids[`${first} ${name}`] as string);
    const body = BODIES[each.name] ?? each.bodySample;
    const answer = await call(product, people[kind], each.method, path, body);
    const expected = ruleOf(each)?.[kind];
    expect({ kind, verdict: verdictOf(answer.status) }).toEqual({ kind, verdict: expected });
    const isTold = expected === 'may' && kind !== 'stranger';
    if (!isTold) expect(answer.text).not.toContain('tea');
    // What is the owner's own is shown to no member of the project.
    if (each.access === 'account.read' && (kind === 'editor' || kind === 'viewer'))
      expect(answer.text).not.toContain('tea');
  });
});
