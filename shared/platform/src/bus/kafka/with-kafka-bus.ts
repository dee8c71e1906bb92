// A service that runs as its own process has its own connection to Kafka.
import Joi from 'joi';
import { type Environment, type RetentionSettings, readConfig, retentionSettings } from '../../config.ts';
import { createLogger } from '../../logger.ts';
import type { RunningService } from '../../run-process.ts';
import type { Bus } from '../bus.ts';
import { openKafkaBus } from './kafka-bus.ts';
import { type KafkaSettings, kafkaSettings } from './kafka-settings.ts';

/** Starts a service on the bus of its environment; the bus is closed after it. */
export async function withKafkaBus(
  name: string,
  env: Environment,
  start: (parts: { bus: Bus }) => Promise<RunningService>,
): Promise<RunningService> {
  const settings = readConfig(env, Joi.object<KafkaSettings>(kafkaSettings));
  const { INBOX_RETENTION_HOURS: inboxHours } = readConfig(env, Joi.object<RetentionSettings>(retentionSettings));
  const logger = createLogger({ service: name, level: env.LOG_LEVEL, file: env.LOG_FILE });
  let service: RunningService | undefined;
  const onCrash = (reason: string) => service?.fail?.(reason);
  const bus = openKafkaBus({ settings, clientId: name, logger: logger.child('bus'), onCrash, inboxHours });
  const closeBus = async () => {
    await bus.close();
    await logger.close();
  };
  try {
    const started = await start({ bus });
    service = started;
    return { ...started, close: () => started.close().finally(closeBus) };
  } catch (error) {
    await closeBus();
    throw error;
  }
}
