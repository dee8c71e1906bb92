// Traces and error reports, where the environment names somebody to send them to. What is off is not loaded.
import Joi from 'joi';
import { type Environment, readConfig } from '../config.ts';

export type Telemetry = {
  /** Sends what is left. */
  close(): Promise<void>;
};

type TelemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;
  OTEL_SDK_DISABLED: boolean;
  SENTRY_DSN?: string;
  SENTRY_TRACES_SAMPLE_RATE: number;
  SENTRY_RELEASE?: string;
  ENVIRONMENT: string;
};

/** Of the standard variables those that decide whether there is anything to do; the SDK reads them and the others itself. */
export const telemetrySettings = Joi.object<TelemetrySettings>({
  OTEL_EXPORTER_OTLP_ENDPOINT: Joi.string()
    .uri()
    .description(
      'Where traces go, by OTLP: `http://localhost:4318`. Without it none are made. Other standard OTEL_ variables hold.',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: Joi.string().uri().description('The same, as the whole address for traces.'),
  OTEL_SDK_DISABLED: Joi.boolean().default(false).description('`true`: no traces, whatever else is set.'),
  SENTRY_DSN: Joi.string()
    .uri()
    .description('Where errors are reported (Sentry, or what speaks like it). Without it nowhere.'),
  SENTRY_TRACES_SAMPLE_RATE: Joi.number()
    .min(0)
    .max(1)
    .default(1)
    .description('The share of requests whose spans Sentry gets, where no OTLP endpoint is set.'),
  SENTRY_RELEASE: Joi.string().description('Named in error reports.'),
  ENVIRONMENT: Joi.string().default('development').description('Named in error reports.'),
});

/**
 * Starts what the environment asks for; resolves when spans made from now on are recorded.
 * @param service the name of this process in traces
 */
export async function startTelemetry(service: string, env: Environment): Promise<Telemetry> {
  const settings = readConfig(env, telemetrySettings);
  const endpoint = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const opened: Telemetry[] = [];
  const traces = endpoint !== undefined && !settings.OTEL_SDK_DISABLED;
  if (traces) {
    const { openTraces } = await import('./open-traces.ts');
    opened.push(openTraces(service));
  }
  if (settings.SENTRY_DSN) {
    const { openErrorReports } = await import('./open-error-reports.ts');
    const { SENTRY_DSN: dsn, SENTRY_RELEASE: release, ENVIRONMENT: environment } = settings;
    const tracesSampleRate = settings.SENTRY_TRACES_SAMPLE_RATE;
    const reports = { dsn, release, environment, tracesSampleRate, traces: !traces && !settings.OTEL_SDK_DISABLED };
    opened.push(openErrorReports(service, reports, env));
  }
  return {
    async close() {
      await Promise.all(opened.map((each) => each.close()));
    },
  };
}
