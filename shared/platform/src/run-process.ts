// A service as a process of its own: signals, faults that nobody caught, and an orderly end.
import type { Environment } from './config.ts';
import { createLogger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { startTelemetry, type Telemetry } from './telemetry/start-telemetry.ts';

export type RunningService = {
  name: string;
  url: string;
  metrics?: Metrics;
  /** From now on its liveness fails, with this reason: it is to be restarted. */
  fail?(reason: string): void;
  close(): Promise<void>;
};

const STOP_LIMIT_MS = 25_000;

/** Starts a service from the process's environment and stops it in order on SIGTERM, SIGINT or an uncaught fault. */
export async function runProcess(name: string, start: (env: Environment) => Promise<RunningService>): Promise<void> {
  const logger = createLogger({ service: name, level: process.env.LOG_LEVEL }).child('process');
  let service: RunningService | undefined;
  let telemetry: Telemetry | undefined;
  let stopping = false;
  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    const closed = await service?.close().then(
      () => true,
      (error: unknown) => {
        logger.error('Stop failed', { error });
        return false;
      },
    );
    await telemetry?.close();
    process.exit(closed === false ? 1 : exitCode);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(0));
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      logger.error('Nobody caught this: the process ends', { fault, error });
      void stop(1);
    });
  }
  try {
    telemetry = await startTelemetry(name, process.env);
    service = await start(process.env);
    logger.info('Started', { url: service.url });
  } catch (error) {
    logger.error('Could not start', { error });
    process.exit(1);
  }
}
