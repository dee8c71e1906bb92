// kafkajs writes its routine retries as errors: what matters of them reaches our log where it has consequences, so all it
// says itself is for debugging.
import type { logCreator } from 'kafkajs';
import type { Logger } from '../../logger.ts';

export function toKafkaLogger(logger: Logger): logCreator {
  return () =>
    ({ namespace, log: { message, timestamp: _timestamp, ...fields } }) =>
      logger.debug(message, { namespace, ...fields });
}
