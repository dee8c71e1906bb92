// What a socket leaves behind when it goes: nothing; and what the service leaves behind when it stops: nothing as well.
import { once } from 'node:events';
import { connect, type Socket as RawSocket } from 'node:net';
import { promisify } from 'node:util';
import { newHealth } from '@builder-ai/platform/health';
import { listen } from '@builder-ai/platform/http-server';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { openOutgoing } from '@builder-ai/platform/outgoing/outgoing';
import { newServiceClient } from '@builder-ai/platform/service-client';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/deps.ts';
import { newAheadOfFeed } from '../src/feed/ahead-of-feed.ts';
import { type LiveServer, startLiveServer } from '../src/live/live-server.ts';
import { newOpenStreams } from '../src/live/open-streams.ts';
import { openTaskViewers, type TaskViewers } from '../src/live/task-viewers.ts';
import { newUserLimits } from '../src/live/user-limits.ts';
import { type GivenService, givenService } from './given-service.ts';
import { collect } from './timeline-message.ts';

const NAME = 'notification-service';

let given: GivenService;

beforeEach(async () => {
  given = await givenService();
});

afterEach(() => given.close());

/** Thousands of entries, each with its own commit, on a machine that has other things to do. */
const FEED_LIMIT_MS = 90_000;

describe('a socket that goes', () => {
  let viewers: TaskViewers;
  let url: string;
  let close: () => Promise<void>;
  let connections: () => Promise<number>;

  // The same parts as compose.ts puts together, so that its subscriptions can be counted.
  beforeEach(async () => {
    const signingKey = await openSigningKey(given.db);
    const issuer = newIdentityIssuer(NAME, signingKey);
    const taskService = newServiceClient(NAME, issuer, 'task-service', given.taskService.url);
    viewers = openTaskViewers({ db: given.db, logger: silentLogger, taskService });
    const deps: Deps = {
      db: given.db,
      logger: silentLogger,
      viewers,
      ahead: newAheadOfFeed({ readLastSeq: async () => 0 }),
      health: newHealth([]),
      metrics: newMetrics(NAME),
      signingKey,
      taskService,
      identity: newIdentityVerifier(NAME, { gateway: given.gatewayKey.jwks }),
      tellSockets: viewers.tell,
      outgoing: openOutgoing([]),
      limits: newUserLimits({ connections: 100, messagesPerMinute: 1_000 }),
      notify: () => {},
      openStreams: newOpenStreams(),
      endConnections: () => {},
      deliverSoon: () => {},
    };
    const http = await listen(createApp(deps), { host: '127.0.0.1', port: 0 });
    const live: LiveServer = startLiveServer(http.server, deps);
    url = http.url;
    connections = () => promisify(http.server.getConnections.bind(http.server))();
    close = async () => {
      viewers.close();
      await live.close();
      await http.close();
      await deps.outgoing.close();
    };
  });

  afterEach(() => close());

  async function open(transport = 'websocket'): Promise<Socket> {
    const socket = io(url, {
      path: '/ws',
      transports: [transport],
      reconnection: false,
      forceNew: true,
      extraHeaders: await given.headersFor(),
    });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return socket;
  }

  test.each(['websocket', 'polling'])('by %s, leaves no subscription', async (transport) => {
    const ids = [given.newTask(), given.newTask(), given.newTask()];
    const sockets = await Promise.all([open(transport), open(transport)]);
    for (const socket of sockets) for (const id of ids) await socket.emitWithAck('subscribe_task', id);
    expect(viewers.count()).toBe(6);
    sockets[0]?.close();
    await eventually(() => viewers.count() === 3);
    // Without a word: its connection is simply gone.
    sockets[1]?.io.engine.close();
    await eventually(() => viewers.count() === 0);
  });

  test('before its subscription is answered, leaves none', async () => {
    const taskId = given.newTask();
    let release = () => {};
    given.taskService.holdUntil(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const [early, late] = [await open(), await open()];
    early.emit('subscribe_task', taskId);
    await eventually(() => given.taskService.asked.length === 1);
    const subscribed = late.emitWithAck('subscribe_task', taskId);
    await eventually(() => given.taskService.asked.length === 2);
    early.io.engine.close();
    await eventually(async () => (await connections()) === 1);
    release();
    await subscribed;
    await eventually(() => viewers.count() === 1);
    late.close();
    await eventually(() => viewers.count() === 0);
  });

  test(
    'in the middle of its replay, leaves none',
    async () => {
      const taskId = given.newTask();
      await given.publish(taskId, 1, 1_500);
      const reader = await given.connect();
      const all = collect(reader, taskId);
      await reader.emitWithAck('subscribe_task', taskId, { after: 0 });
      await eventually(() => all.length === 1_500, FEED_LIMIT_MS);
      const socket = await open();
      socket.once('task_event', () => socket.close());
      socket.emit('subscribe_task', taskId, { after: 0 });
      await once(socket as never, 'disconnect');
      await eventually(() => viewers.count() === 0);
    },
    FEED_LIMIT_MS,
  );
});

describe('when the service stops', () => {
  test('every socket is told; the limit is for a client that never answers, and nobody else waits for it', async () => {
    const sockets = await Promise.all(
      ['websocket', 'websocket', 'polling'].map((transport) => given.connect({ transports: [transport] })),
    );
    for (const socket of sockets) await socket.emitWithAck('subscribe_task', given.newTask());
    const told = sockets.map((socket) => once(socket as never, 'disconnect'));
    const raw: RawSocket = connect(Number(new URL(given.url).port), '127.0.0.1');
    const headers = Object.entries(await given.headersFor()).map(([name, value]) => `${name}: ${value}`);
    raw.write(
      [
        'GET /ws/?EIO=4&transport=websocket HTTP/1.1',
        'Host: localhost',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
        '',
        '',
      ].join('\r\n'),
    );
    const [head] = await once(raw, 'data');
    expect(String(head)).toMatch(/^HTTP\/1\.1 101/);
    // It reads what comes and answers nothing: no close frame either.
    const closed = once(raw.resume(), 'close');
    const stopped = given.stop();
    await Promise.all(told);
    expect(raw.closed).toBe(false);
    await Promise.all([stopped, closed]);
  });

  test('an update that is under way then ends without a word', async () => {
    const taskId = given.newTask();
    const socket = await given.connect();
    await socket.emitWithAck('subscribe_task', taskId);
    let release = () => {};
    given.taskService.holdUntil(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const asked = given.taskService.asked.length;
    await given.publish(taskId, 1);
    await eventually(() => given.taskService.asked.length > asked);
    await given.stop();
    given.taskService.failWith(500);
    release();
    // The service has nobody to tell of it any more: its log is closed.
    await eventually(() => given.taskService.open() === 0);
  });

  test('no connection to its database stays behind', async () => {
    const socket = await given.connect();
    await socket.emitWithAck('subscribe_task', given.newTask(), { after: 0 });
    await given.stop();
    const left = await given.db.query(
      'select 1 from pg_stat_activity where datname = current_database() and application_name = $1',
      [NAME],
    );
    expect(left).toEqual([]);
  });

  test('entries that come meanwhile are in the feed of the next start', async () => {
    const taskId = given.newTask();
    await given.publish(taskId, 1);
    await given.stop();
    await given.publish(taskId, 2, 3);
    await given.start();
    const socket = await given.connect();
    const events = collect(socket, taskId);
    await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
    await eventually(() => events.length === 3);
    expect(events.map((event) => event.seq)).toEqual([1, 2, 3]);
  });
});
