// The ways into Kafka: TLS and SASL, and what somebody is told who is not let in.
import { startTestKafka, type TestKafka } from '@builder-ai/testing/kafka';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Bus } from '../../src/bus/bus.ts';
import { openKafkaBus } from '../../src/bus/kafka/kafka-bus.ts';
import type { KafkaSettings } from '../../src/bus/kafka/kafka-settings.ts';
import { silentLogger } from '../../src/logger.ts';
import { kafkaSettingsFor } from './given-kafka.ts';

let kafka: TestKafka;
let bus: Bus;

beforeAll(async () => {
  kafka = await startTestKafka();
}, 60_000);

afterEach(() => bus.close());
afterAll(() => kafka.close());

function open(broker: string, settings: Partial<KafkaSettings>): void {
  const all = { ...kafkaSettingsFor(broker, 'door'), ...settings };
  bus = openKafkaBus({ settings: all, clientId: 'test', logger: silentLogger });
}

const sasl = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password: string) => ({
  KAFKA_SASL_MECHANISM: mechanism,
  KAFKA_SASL_USERNAME: 'builder',
  KAFKA_SASL_PASSWORD: password,
});

test.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('the right password opens by %s', async (mechanism) => {
  open(kafka.sasl.broker, sasl(mechanism, kafka.sasl.password));
  await bus.check();
});

test.each(['plain', 'scram-sha-256'] as const)(
  'a wrong password by %s is told by check, publish and subscribe, and none of them tells the password',
  async (mechanism) => {
    open(kafka.sasl.broker, sasl(mechanism, 'wrong-password'));
    const attempts = [
      () => bus.check(),
      () => bus.publish([{ topic: 'facts', key: 'a', value: '1' }]),
      () => bus.subscribe('first', ['facts'], async () => {}),
    ];
    for (const attempt of attempts) {
      const error = await attempt().then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      expect(error?.message).toMatch(/SASL|authentication/i);
      expect(JSON.stringify([error, error?.stack])).not.toContain('wrong-password');
    }
  },
);

test('TLS opens to those who know the authority of the broker', async () => {
  open(kafka.tls.broker, { KAFKA_SSL: true, KAFKA_SSL_CA: kafka.tls.caFile });
  await bus.check();
});

test('a broker that nobody vouches for is not spoken to', async () => {
  open(kafka.tls.broker, { KAFKA_SSL: true });
  await expect(bus.check()).rejects.toThrow(/certificate/);
});
