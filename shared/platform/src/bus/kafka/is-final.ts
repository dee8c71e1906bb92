// Says of what kafkajs throws whether time mends it. Its own word for that, `retriable`, says no to a broker that restarts.

const REFUSALS = new Set([
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
]);

/** Whether the brokers refuse us by what we are: a wrong password, a missing right, a setting that they do not allow. */
export function isFinal(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each.name === 'KafkaJSSASLAuthenticationError') return true;
    if ('type' in each && REFUSALS.has(String(each.type))) return true;
  }
  return false;
}
