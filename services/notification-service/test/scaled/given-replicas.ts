// Two replicas of notification-service as they are started, on one database, one bus and one Redis that a test may stop.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { startTestRedis } from '@builder-ai/testing/redis';
import { expect } from '@jest/globals';
import { givenService } from '../given-service.ts';
import { collect, range, toSeqs } from '../timeline-message.ts';

export type GivenReplicas = Awaited<ReturnType<typeof givenReplicas>>;

export async function givenReplicas() {
  const redis = await startTestRedis();
  const a = await givenService({ REDIS_URL: redis.url });
  const b = await a.startReplica();

  /** Until both replicas know how Redis is. */
  async function untilRedisIs(status: 'healthy' | 'unhealthy'): Promise<void> {
    for (const { url } of [a, b]) {
      await eventually(async () => {
        const answer = await fetch(`${url}/health/readiness`);
        const { checks } = (await answer.json()) as { checks: { redis: { status: string } } };
        return checks.redis.status === status;
      });
    }
  }

  await untilRedisIs('healthy');
  return {
    redis,
    /** Consumes every event. */
    a,
    b,
    untilRedisIs,
    /** A socket at each replica that watches a task. @returns what each was sent */
    async watchAtBoth(taskId: string): Promise<TaskEvent[][]> {
      const sockets = [await a.connect(), await a.connect({}, b.url)];
      const sent = sockets.map((socket) => collect(socket, taskId));
      for (const socket of sockets) await socket.emitWithAck('subscribe_task', taskId, { after: 0 });
      return sent;
    },
    async close() {
      await a.close();
      await redis.close();
    },
  };
}

export async function expectBothGet(sent: TaskEvent[][], last: number): Promise<void> {
  await eventually(() => sent.every((events) => events.at(-1)?.seq === last));
  expect(sent.map(toSeqs)).toEqual([range(1, last), range(1, last)]);
}
