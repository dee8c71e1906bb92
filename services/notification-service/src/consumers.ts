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

/** Whether it is added to the feed and nothing else: entries of different tasks are taken in together. */
export const isPlainEntry = ({ type }: { type: string }): boolean =>
  !eventConsumers.some((consumer) => consumer.type === type);
