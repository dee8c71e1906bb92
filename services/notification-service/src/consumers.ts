import type { EventConsumer } from '@builder-ai/platform/inbox';
import { onProjectDeleted, onUserDeleted } from './deletion/on-owner-deleted.ts';
import { onTaskDeleted } from './deletion/on-task-deleted.ts';
import type { Deps } from './deps.ts';
import { onKeyRevoked, onMembershipChanged, onSessionRevoked } from './live/on-access-changed.ts';

/** What is done with every other event of task.events is said by `onTimelineEntry`. */
export const eventConsumers: readonly EventConsumer<Deps>[] = [
  onTaskDeleted,
  onProjectDeleted,
  onUserDeleted,
  onMembershipChanged,
  onSessionRevoked,
  onKeyRevoked,
];
