// Sends logged errors to Sentry, without secrets; and spans, where no other tracing is set up. It patches no library and
// listens to nothing of the process: what is logged as an error is what is reported.
import * as Sentry from '@sentry/node';
import type { Environment } from '../config.ts';
import { type LoggedError, loggedErrors } from '../error-channel.ts';
import { newScrubber } from './scrub.ts';
import type { Telemetry } from './start-telemetry.ts';

export type ErrorReportSettings = {
  dsn: string;
  environment: string;
  release?: string | undefined;
  tracesSampleRate: number;
  /** Spans go to Sentry too: there is no other tracing. */
  traces: boolean;
};

const CLOSE_LIMIT_MS = 3_000;

export function openErrorReports(service: string, settings: ErrorReportSettings, env: Environment): Telemetry {
  const { dsn, environment, release, tracesSampleRate, traces } = settings;
  const scrub = newScrubber(env);
  Sentry.init({
    dsn,
    environment,
    ...(release && { release }),
    ...(traces && { tracesSampleRate }),
    enableOpenTelemetrySetup: traces,
    enableRuntimeChannelInjection: false,
    // Spans are sent as transactions, which beforeSendTransaction sees whole, and which older servers understand.
    traceLifecycle: 'static',
    defaultIntegrations: false,
    integrations: [Sentry.linkedErrorsIntegration()],
    initialScope: { tags: { process: service } },
    beforeSend: (event) => scrub(event),
    beforeSendTransaction: (event) => scrub(event),
  });
  const report = (told: unknown) => {
    const { service, module, message, error, context } = told as LoggedError;
    const [, trace_id, span_id] = context.traceparent?.split('-') ?? [];
    Sentry.captureException(error, {
      tags: {
        service,
        module,
        ...(context.task_id && { task_id: context.task_id }),
        ...(context.request_id && { request_id: context.request_id }),
      },
      extra: { message },
      ...(trace_id && span_id && { contexts: { trace: { trace_id, span_id } } }),
    });
  };
  loggedErrors.subscribe(report);
  return {
    async close() {
      loggedErrors.unsubscribe(report);
      await Sentry.close(CLOSE_LIMIT_MS);
    },
  };
}
