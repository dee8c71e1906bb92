import { deadLetterEndpoints } from '@builder-ai/platform/dead-letter-endpoints';
import { createServiceApp } from '@builder-ai/platform/service-app';
import type { Deps } from './deps.ts';
import { listEvents } from './feed/list-events.ts';
import { onTimelineEntry } from './feed/on-timeline-entry.ts';

/** Every endpoint of this service. */
export const endpoints = [
  listEvents,
  ...deadLetterEndpoints<Deps>({ name: 'notification-service', consumers: [], otherwise: onTimelineEntry }),
];

/** The HTTP application; opens nothing, so a test can call it. */
export const createApp = (deps: Deps) => createServiceApp(endpoints, deps);
