// How many sockets there are, and how many tasks are watched.
import type { Metrics } from '@builder-ai/platform/metrics';
import type { LiveServer } from './live-server.ts';
import type { TaskViewers } from './task-viewers.ts';

export function addSocketMetrics(metrics: Metrics, live: LiveServer, viewers: TaskViewers): void {
  metrics.gauge('sockets_connected', 'Sockets that are connected to this process.', live.sockets);
  metrics.gauge('socket_subscriptions', 'Tasks that are watched, one for each viewer and task.', viewers.count);
}
