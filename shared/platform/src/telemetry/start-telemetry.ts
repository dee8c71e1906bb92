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
});

/**
 * Starts what the environment asks for; resolves when spans made from now on are recorded.
 * @param service the name of this process in traces
 */
export async function startTelemetry(service: string, env: Environment): Promise<Telemetry> {
  const settings = readConfig(env, telemetrySettings);
  const endpoint = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || settings.OTEL_SDK_DISABLED) return { close: async () => {} };
  const { openTraces } = await import('./open-traces.ts');
  return openTraces(service);
}
