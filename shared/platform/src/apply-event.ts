// Hands one event to its handler, a few times if need be, and tells a rejection from a fault of the infrastructure.
import type { CloudEvent } from '@builder-ai/contracts/event';
import type { Tx } from './database.ts';
import { DISCARDED, parseEnvelope } from './event-envelope.ts';
import type { InboxOptions } from './inbox.ts';
import { isInfrastructureFault } from './problem.ts';
import { withContext } from './request-context.ts';
import { type SpanOptions, withSpan } from './span.ts';

/** Whose handlers, and where their effects go: an inbox without its bus. */
export type EventHandlers<Deps> = Omit<InboxOptions<Deps>, 'bus'>;

export type Rejection = { error: unknown; reason: string; attempts: number };

/** How often work that rejects an event is tried before the event becomes a dead letter. */
const MAX_ATTEMPTS = 3;

/** The event is not what was agreed: to try again is of no use. */
class Unfit extends Error {}

/**
 * Does the work until it is done or has rejected the event often enough.
 * @returns why it was rejected, or undefined when it is done
 * @throws faults of the infrastructure at once: they say nothing about the event
 */
export async function attempt(work: () => Promise<unknown>, most = MAX_ATTEMPTS): Promise<Rejection | undefined> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (isInfrastructureFault(error)) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Unfit || attempts === most) return { error, reason, attempts };
    }
  }
}

/** @throws Unfit when the message is no event */
export function readEvent(message: string): CloudEvent<Record<string, unknown>> {
  try {
    return parseEnvelope(message);
  } catch (error) {
    throw new Unfit((error as Error).message);
  }
}

/**
 * Gives an event to the consumer that is listed for it, to `otherwise`, or to nobody.
 * @throws Unfit when it does not fit its schema, and whatever the handler throws
 */
export async function applyEvent<Deps>(
  handlers: EventHandlers<Deps>,
  tx: Tx,
  event: CloudEvent<Record<string, unknown>>,
  topic: string,
): Promise<void> {
  // It only keeps the place of an event that an operator of its publisher has given up.
  if (event.type === DISCARDED) return;
  const consumer = handlers.consumers.find((item) => item.type === event.type && item.definition.topic === topic);
  const context = {
    service: handlers.name,
    request_id: event.id,
    task_id: event.subject,
    ...(event.traceparent && { traceparent: event.traceparent }),
  };
  const span: SpanOptions = {
    name: `process ${event.type}`,
    kind: 'consumer',
    attributes: { 'messaging.destination.name': topic, 'messaging.message.id': event.id, task_id: event.subject },
  };
  const apply = async () => {
    if (!consumer) {
      await handlers.otherwise?.({ deps: handlers.deps, tx, event, data: event.data });
      return;
    }
    const { error } = consumer.definition.schema.validate(event.data, { convert: false });
    if (error) throw new Unfit(`${event.type} does not fit its schema: ${error.message}`);
    await consumer.handle({ deps: handlers.deps, tx, event: event as never, data: event.data as never });
  };
  await withContext(context, () => withSpan(span, apply));
}
