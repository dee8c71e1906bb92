import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import type { ServiceAppDeps } from '@builder-ai/platform/service-app';
import type { ServiceClient } from '@builder-ai/platform/service-client';
import type { TaskViewers } from './live/task-viewers.ts';

/** Everything this service's endpoints, consumers and sockets work with; built in compose.ts only. */
export type Deps = ServiceAppDeps & {
  db: Database;
  taskService: ServiceClient;
  /** Who watches which task at this process. */
  viewers: TaskViewers;
  /** Tells the sockets of this process, and other replicas, that an entry was committed. */
  tellSockets: (event: TaskEvent) => void;
};
