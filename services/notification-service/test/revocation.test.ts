// What the gateway tells of sessions, keys and members ends the sockets and streams that came by them, and no others. No gateway
// is before the service here: nothing but the event ends them.
import { keyRevoked } from '@builder-ai/contracts/events/key-revoked';
import { membershipChanged } from '@builder-ai/contracts/events/membership-changed';
import { projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { sessionRevoked } from '@builder-ai/contracts/events/session-revoked';
import type { Role } from '@builder-ai/contracts/identity';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { silentLogger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { eventually } from '@builder-ai/testing/eventually';
import { newGatewayMessages } from '@builder-ai/testing/gateway-messages';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import type { AccessChange } from '../src/live/access-change.ts';
import { type GivenService, givenService } from './given-service.ts';

let given: GivenService;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  given = await givenService();
});

afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
});

afterAll(() => given.close());

type Who = { user: string; credential?: string; projects?: Record<string, Role> };
type Connection = { hasEnded(): boolean; close(): void };

const headersOf = ({ user, credential, projects }: Who) =>
  given.headersFor(user, 'notification-service', projects, credential);

async function openSocket(who: Who, transport: string): Promise<Connection & { reason(): string | undefined }> {
  const socket = await given.connect({ extraHeaders: await headersOf(who), transports: [transport] });
  let reason: string | undefined;
  socket.on('disconnect', (why) => {
    reason = why;
  });
  const connection = { hasEnded: () => !socket.connected, close: () => socket.close(), reason: () => reason };
  opened.push(connection);
  return connection;
}

async function openStream(who: Who): Promise<Connection> {
  const abort = new AbortController();
  const taskId = given.newTask(who.user);
  const headers = { ...(await headersOf(who)), accept: 'text/event-stream' };
  const answer = await fetch(`${given.url}/tasks/${taskId}/events`, { headers, signal: abort.signal });
  let ended = false;
  answer.text().then(
    () => {
      ended = true;
    },
    () => {},
  );
  const connection = { hasEnded: () => ended, close: () => abort.abort() };
  opened.push(connection);
  return connection;
}

const kinds = [
  ['a WebSocket', (who: Who) => openSocket(who, 'websocket')],
  ['a socket by polling', (who: Who) => openSocket(who, 'polling')],
  ['a stream', openStream],
] as const;

const { message } = newGatewayMessages();

/** Publishes the messages, and comes back when the service has applied what came by then. */
async function tell(...messages: BusMessage[]): Promise<void> {
  await given.bus.publish(messages);
  await eventually(async () => {
    const lag = await given.bus.lag('notification-service', ['identity.events']);
    return lag.every(({ messages: waiting }) => waiting === 0);
  });
}

const revoked = (who: Who, what: 'session' | 'key') =>
  what === 'session'
    ? message(sessionRevoked, who.user, { session_id: who.credential as string, reason: 'revoked' })
    : message(keyRevoked, who.user, { key_id: who.credential as string, reason: 'revoked' });
const changed = (user: string, project_id: string, role: Role | null) =>
  message(membershipChanged, user, { project_id, role, changed_by: 'somebody' });

describe.each(kinds)('%s', (_kind, open) => {
  test.each(['session', 'key'] as const)('ends with its %s, and no other of its user', async (what) => {
    const user = newId();
    const mine = { user, credential: newId() };
    const ended = await open(mine);
    const kept = [await open({ user, credential: newId() }), await open({ user }), await open({ user: newId() })];
    await tell(revoked(mine, what));
    await eventually(() => ended.hasEnded());
    expect(kept.map((connection) => connection.hasEnded())).toEqual([false, false, false]);
  });

  test.each([
    ['is removed', null],
    ['may do less', 'viewer'],
  ] as const)('ends for a member who %s, and for nobody else', async (_what, role) => {
    const [user, project, other] = [newId(), newId(), newId()];
    const ended = await open({ user, projects: { [project]: 'editor' } });
    const kept = [
      await open({ user: newId(), projects: { [project]: 'editor' } }),
      await open({ user, projects: { [other]: 'editor' } }),
    ];
    // The second one has come back in the meantime, and knows.
    if (role) kept.push(await open({ user, projects: { [project]: role } }));
    await tell(changed(user, project, role));
    await eventually(() => ended.hasEnded());
    // Who is in another project alone is told of one more by a new socket.
    expect(kept[0]?.hasEnded()).toBe(false);
    if (role) expect(kept[2]?.hasEnded()).toBe(false);
    else expect(kept[1]?.hasEnded()).toBe(false);
  });

  test('ends for every member of a project that is deleted', async () => {
    const project = newId();
    const members = await Promise.all(
      (['viewer', 'owner'] as const).map((role) => open({ user: newId(), projects: { [project]: role } })),
    );
    const stranger = await open({ user: newId() });
    await tell(message(projectDeleted, project, { deleted_by: newId() }));
    await eventually(() => members.every((connection) => connection.hasEnded()));
    expect(stranger.hasEnded()).toBe(false);
  });
});

test('a client takes the end of its socket for a broken connection: it comes again by itself', async () => {
  const mine = { user: newId(), credential: newId() };
  const socket = await openSocket(mine, 'websocket');
  await tell(revoked(mine, 'session'));
  await eventually(() => socket.hasEnded());
  expect(socket.reason()).toBe('transport close');
});

test('who may do more gets a new socket, and keeps the stream', async () => {
  const [user, project] = [newId(), newId()];
  const [socket, stream] = [await openSocket({ user }, 'websocket'), await openStream({ user })];
  await tell(changed(user, project, 'viewer'));
  await eventually(() => socket.hasEnded());
  expect(stream.hasEnded()).toBe(false);
});

test('an event that comes again ends nobody who knows of it, and what a newer gateway tells is no fault', async () => {
  const [user, project] = [newId(), newId()];
  const [removed, joined] = [changed(user, project, null), changed(user, project, 'viewer')];
  await tell(removed, joined);
  const back = await openSocket({ user, projects: { [project]: 'viewer' } }, 'websocket');
  await tell(joined);
  const unknown = { ...keyRevoked, type: 'key.polished' };
  await tell(message(unknown, user, { key_id: 'key', reason: 'revoked' }));
  // It is consumed after the two.
  const other = { user, credential: newId() };
  const last = await openSocket(other, 'websocket');
  await tell(revoked(other, 'key'));
  await eventually(() => last.hasEnded());
  expect(back.hasEnded()).toBe(false);
  expect(await given.db.query('select reason from dead_letters')).toEqual([]);
});

test.each([1, 3])(
  'killed between each two commits, with %d messages at a time, it is told of every one',
  async (burst) => {
    const options = { name: 'notification-service' as const, bus: given.bus, db: given.db, logger: silentLogger };
    let points = 0;
    for (const when of ['before', 'after'] as const) {
      for (let commits = 0; ; commits += 1) {
        const [user, credential, project] = [newId(), newId(), newId()];
        const ended: AccessChange[] = [];
        const deps = { endConnections: (change: AccessChange) => void ended.push(change) } as unknown as Deps;
        const messages = [
          changed(user, project, null),
          revoked({ user, credential }, 'session'),
          revoked({ user, credential: `${credential} key` }, 'key'),
        ];
        const inbox = { ...options, deps, consumers: eventConsumers };
        const killed = await deliverWithKill(inbox, messages, burst, { commits, when });
        for (const change of [
          { user_id: user, project_id: project, role: null },
          { credential_id: credential },
          { credential_id: `${credential} key` },
        ])
          expect(ended).toContainEqual(change);
        if (!killed) break;
        points += 1;
      }
    }
    expect(points).toBe(2 * Math.ceil(3 / burst));
  },
);
