import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import type { Outgoing } from '@builder-ai/platform/outgoing/outgoing';
import type { ServiceAppDeps } from '@builder-ai/platform/service-app';
import type { ServiceClient } from '@builder-ai/platform/service-client';
import type { AheadOfFeed } from './feed/ahead-of-feed.ts';
import type { AccessChange } from './live/access-change.ts';
import type { OpenStreams } from './live/open-streams.ts';
import type { TaskViewers } from './live/task-viewers.ts';
import type { UserLimits } from './live/user-limits.ts';
import type { NotificationRow } from './notifications/notification-store.ts';

/** Everything this service's endpoints, consumers and sockets work with; built in compose.ts only. */
export type Deps = ServiceAppDeps & {
  db: Database;
  taskService: ServiceClient;
  /** Calls the addresses of webhooks. */
  outgoing: Outgoing;
  /** Who watches which task at this process. */
  viewers: TaskViewers;
  ahead: AheadOfFeed;
  limits: UserLimits;
  openStreams: OpenStreams;
  /** Tells the sockets of this process, and other replicas, that an entry of a project's task was committed. */
  tellSockets: (event: TaskEvent, ownerId: string) => void;
  /** Tells those sockets, here and at other replicas, whose user may see it. */
  notify: (notification: NotificationRow) => void;
  /** Ends the sockets and streams, here and at other replicas, that have lost what they were let in by. */
  endConnections: (change: AccessChange) => void;
  /** Deliveries to webhooks may be due. */
  deliverSoon: () => void;
};
