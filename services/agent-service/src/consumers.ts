import type { EventConsumer } from '@builder-ai/platform/inbox';
import type { Deps } from './deps.ts';
import { onRunRequested } from './runs/on-run-requested.ts';

/** Every event this service consumes. */
export const eventConsumers: readonly EventConsumer<Deps>[] = [onRunRequested];
