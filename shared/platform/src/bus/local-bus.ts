// The bus for one process: deliveries are rows of its own database, so nothing is lost when the process is killed;
// who waits for what is kept in memory.
import { fileURLToPath } from 'node:url';
import { consumersOf, type Topic } from '@builder-ai/contracts/topics';
import { openDatabase } from '../database.ts';
import type { Logger } from '../logger.ts';
import { migrate } from '../migrate.ts';
import { newAcknowledgements } from './acknowledgements.ts';
import { newBroadcasts } from './broadcasts.ts';
import type { Bus, BusMessage, TopicLag } from './bus.ts';
import { type Delivery, newDispatcher } from './dispatcher.ts';

export type LocalBusOptions = {
  databaseUrl: string;
  logger: Logger;
  /** Which consumers a topic has; the contracts' static list unless a test brings its own. */
  consumersOf?: (topic: string) => readonly string[];
};

const PAGE = 500;

// Positions are given in the order of the rows, which are here already: nothing else has to come back.
const INSERT = `insert into deliveries (consumer, topic, key, value)
  select consumer, topic, key, value
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as d(consumer, topic, key, value, ord)
  order by ord
  returning position`;

const LAG = 'select topic, count(*) as messages from deliveries where consumer = $1 group by topic';

type Waiting = { messages: BusMessage[]; resolve: () => void; reject: (error: unknown) => void };

/** Opens the local bus on its own database and brings its table up to date. */
export async function openLocalBus(options: LocalBusOptions): Promise<Bus> {
  await migrate({
    databaseUrl: options.databaseUrl,
    directory: fileURLToPath(new URL('./migrations', import.meta.url)),
  });
  const db = openDatabase({ url: options.databaseUrl, name: 'local-bus', logger: options.logger, max: 6 });
  const route = options.consumersOf ?? ((topic: string) => consumersOf(topic as Topic));
  const acknowledgements = newAcknowledgements(db, options.logger);
  const dispatchers = new Map<string, ReturnType<typeof newDispatcher>>();
  const broadcasts = newBroadcasts(options.logger);
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  // One insert at a time: rows become visible in the order of their positions, and publishers share a commit.
  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const rows = await insert(batch.flatMap((entry) => entry.messages));
        for (const entry of batch) entry.resolve();
        setImmediate(() => {
          for (const [consumer, offered] of Map.groupBy(rows, (row) => row.consumer))
            dispatchers.get(consumer)?.offer(offered);
        });
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    writing = undefined;
  }

  async function insert(messages: BusMessage[]): Promise<Delivery[]> {
    const rows = messages.flatMap((message) => route(message.topic).map((consumer) => ({ ...message, consumer })));
    if (rows.length === 0) return [];
    const column = (name: 'consumer' | 'topic' | 'key' | 'value') => rows.map((row) => row[name]);
    const inserted = await db.query<Pick<Delivery, 'position'>>(INSERT, [
      column('consumer'),
      column('topic'),
      column('key'),
      column('value'),
    ]);
    const positions = inserted.map(({ position }) => position).sort((a, b) => a - b);
    return rows.map((row, index) => ({ ...row, position: positions[index] as number }));
  }

  const readPage = (consumer: string, after: number) =>
    db.query<Delivery>(
      `select position, consumer, topic, key, value from deliveries where consumer = $1 and position > $2
       order by position limit ${PAGE}`,
      [consumer, after],
    );

  return {
    name: 'bus',
    publish(messages) {
      if (messages.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ messages, resolve, reject });
        writing ??= writeAll();
      });
    },
    async subscribe(consumer, _topics, handle, handleTogether) {
      if (dispatchers.has(consumer)) throw new Error(`${consumer} has subscribed already`);
      const dispatcher = newDispatcher({
        consumer,
        handle,
        handleTogether,
        acknowledge: acknowledgements.add,
        readPage: (after) => readPage(consumer, after),
        page: PAGE,
        logger: options.logger,
      });
      dispatchers.set(consumer, dispatcher);
      dispatcher.start();
      return {
        async close() {
          dispatchers.delete(consumer);
          await dispatcher.close();
          await acknowledgements.flush();
        },
      };
    },
    broadcast: (message) => void setImmediate(() => broadcasts.tell(message)),
    listen: broadcasts.listen,
    async lag(consumer, topics) {
      const rows = await db.query<TopicLag>(LAG, [consumer]);
      const found = new Map(rows.map(({ topic, messages }) => [topic, messages]));
      return topics.map((topic) => ({ topic, messages: found.get(topic) ?? 0 }));
    },
    async check() {
      await db.query('select 1');
    },
    async close() {
      for (const dispatcher of dispatchers.values()) await dispatcher.close();
      await writing;
      await acknowledgements.close();
      await db.close();
    },
  };
}
