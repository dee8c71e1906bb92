// A relay as a process of its own, for the tests: its bus says on standard output that it publishes, waits for a line,
// and then writes the messages into a table. Usage: node relay-process.ts <database URL>
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openDatabase } from '../src/database.ts';
import { silentLogger } from '../src/logger.ts';
import { newOutbox } from '../src/outbox.ts';
import { startOutboxRelay } from '../src/outbox-relay.ts';

const db = openDatabase({ url: process.argv[2] as string, name: 'relay-process', logger: silentLogger });
const input = createInterface(process.stdin);

startOutboxRelay({
  db,
  outbox: newOutbox('test-service'),
  logger: silentLogger,
  bus: {
    name: 'table',
    async publish(messages) {
      console.log(`publishing ${messages.length}`);
      await once(input, 'line');
      for (const { topic, key, value } of messages)
        await db.query('insert into sent (topic, key, value) values ($1, $2, $3)', [topic, key, value]);
    },
    subscribe: async () => ({ close: async () => {} }),
    broadcast: () => {},
    listen: () => ({ close: async () => {} }),
    lag: async () => [],
    check: async () => {},
    close: async () => {},
  },
});
