// Spans (OpenTelemetry), made where the product itself knows what happens. Their parent is the traceparent of the request
// context, which goes through HTTP, events and the database; without an SDK (telemetry/) none is recorded, and the
// traceparent goes on as it came.
import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { redact } from './redact.ts';
import { currentContext, withContext } from './request-context.ts';

export type SpanOptions = {
  /** The service whose work it is; that of the request context unless it is given. */
  service?: string;
  name: string;
  kind?: 'server' | 'client' | 'producer' | 'consumer';
  attributes?: Attributes;
  /** What it follows from; that of the request context unless it is given. */
  traceparent?: string | undefined;
  /** Errors that are an ordinary way to end, by which the span does not count as failed. */
  isExpected?: (error: unknown) => boolean;
};

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/** A span that its maker ends. Undefined when nobody records it: tracing is off, or the trace is not sampled. */
export function startSpan({ name, kind, attributes, ...options }: SpanOptions): Span | undefined {
  const current = currentContext();
  const parent = toSpanContext(options.traceparent ?? current.traceparent);
  const span = trace
    .getTracer(options.service ?? current.service ?? 'builder-ai')
    .startSpan(
      name,
      { ...(kind && { kind: KINDS[kind] }), ...(attributes && { attributes }) },
      parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
  return span.isRecording() ? span : undefined;
}

/** Does the work inside a span: whatever it logs, sends and starts belongs to that. */
export async function withSpan<T>(options: SpanOptions, work: (span: Span | undefined) => Promise<T>): Promise<T> {
  const span = startSpan(options);
  if (!span) return work(undefined);
  try {
    return await inSpan(span, () => work(span));
  } catch (error) {
    noteError(span, error, options.isExpected?.(error) ?? false);
    throw error;
  } finally {
    span.end();
  }
}

/** The span is the parent of what the work does, for us and for libraries that know OpenTelemetry. */
export function inSpan<T>(span: Span, work: () => T): T {
  const traceparent = toTraceparent(span);
  return withContext({ traceparent }, () => context.with(trace.setSpan(context.active(), span), work));
}

export function toTraceparent(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function noteError(span: Span, error: unknown, expected: boolean): void {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  span.setAttribute('error.type', name);
  if (!expected) span.setStatus({ code: SpanStatusCode.ERROR, message: String(redact(message)) });
}

function toSpanContext(traceparent: string | undefined): SpanContext | undefined {
  const match = traceparent?.match(/^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/);
  if (!match) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = match;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
