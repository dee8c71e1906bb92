import type { EventConsumer } from '@builder-ai/platform/inbox';
import type { Deps } from './deps.ts';
import { onCallResolved } from './runs/on-call-resolved.ts';
import { onRunRequested } from './runs/on-run-requested.ts';

/** Every event this service consumes. */
export const eventConsumers: readonly EventConsumer<Deps>[] = [onRunRequested, onCallResolved];
