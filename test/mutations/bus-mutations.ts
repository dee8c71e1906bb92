// Outbox, relay, bus and inbox.
import type { Mutation } from './mutation.ts';

const platform = 'shared/platform/src';
const tests = 'shared/platform/test';

export const busMutations: readonly Mutation[] = [
  {
    name: 'per-key-order: a key gets the number of another one',
    file: `${platform}/outbox.ts`,
    from: 'array_agg(last_no order by topic, key)',
    to: 'array_agg(last_no order by last_no)',
    red: { file: `${tests}/outbox.test.ts`, test: 'each topic of a key has its own numbers' },
  },
  {
    name: 'per-key-order: numbers are taken without the lock of the key',
    file: `${platform}/outbox.ts`,
    from: `insert into outbox_keys (topic, key, last_no)
    select topic, key, count(*) from told group by topic, key order by topic, key
    on conflict (topic, key) do update set last_no = outbox_keys.last_no + excluded.last_no
    returning topic, key, last_no`,
    to: `select t.topic, t.key, count(distinct t.id) + coalesce(max(o.no), 0) as last_no
    from told t left join outbox o on o.topic = t.topic and o.key = t.key group by t.topic, t.key`,
    red: { file: `${tests}/outbox.test.ts`, test: 'under 16 transactions at once' },
  },
  {
    name: 'per-key-order: the consumer takes any number for the next one',
    file: `${platform}/advance-keys.ts`,
    from: 'where inbox_keys.last_no = $4::bigint - 1 and not inbox_keys.parked',
    to: 'where inbox_keys.last_no < $4::bigint and not inbox_keys.parked',
    red: { file: `${tests}/inbox.test.ts`, test: 'is held, and applied after the one before it' },
  },
  {
    name: 'per-key-order: the handlers of one key run side by side',
    file: `${platform}/bus/key-queues.ts`,
    from: '{message.topic}\\n',
    to: '{Math.random()}{message.topic}\\n',
    red: { file: `${tests}/local-bus.test.ts`, test: 'messages of one key keep their order' },
  },
  {
    name: 'per-key-order: an event that is not due is applied all the same',
    file: `${platform}/advance-keys.ts`,
    from: 'select (select consumer from moved), e.id from',
    to: 'select $1, e.id from',
    red: { file: `${tests}/inbox.test.ts`, test: 'is held, and applied after the one before it' },
  },
  {
    name: 'together: of several keys, one takes any number for the next one',
    file: `${platform}/advance-keys.ts`,
    from: 'last_no = k.first_no - 1',
    to: 'last_no < k.first_no',
    red: { file: `${tests}/inbox-together.test.ts`, test: 'after a gap, where something is held' },
  },
  {
    name: 'together: a key that is not moved is applied all the same',
    file: `${platform}/apply-runs.ts`,
    from: 'if (!moved[index]) continue;',
    to: '',
    red: { file: `${tests}/inbox-together.test.ts`, test: 'that come again, in part or whole' },
  },
  {
    name: 'together: keys wait for one that somebody else has locked',
    file: `${platform}/advance-keys.ts`,
    from: 'for no key update skip locked',
    to: 'for no key update',
    red: { file: `${tests}/inbox-together.test.ts`, test: 'while somebody else has it locked' },
  },
  {
    name: 'together: keys that were not taken are tried together again',
    file: `${platform}/bus/key-queues.ts`,
    from: 'queue.alone = !taken[index];',
    to: '',
    red: { file: `${platform}/bus/keys-together.test.ts`, test: 'each key is handled alone', project: 'unit' },
  },
  {
    name: 'together: a turn that is held up is waited for',
    file: `${platform}/bus/key-queues.ts`,
    from: '      goOn();\n      run();\n',
    to: '',
    red: { file: `${platform}/bus/keys-together.test.ts`, test: 'holds up no other', project: 'unit' },
  },
  {
    name: 'inbox-key: an event that has come before counts as new',
    file: `${platform}/dead-letters.ts`,
    from: "'insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1'",
    to: "'select $1::text, $2::text'",
    red: { file: `${tests}/inbox.test.ts`, test: 'is applied once when two replicas get it' },
  },
  {
    name: 'outbox-transaction: events are told to the relay before the commit',
    file: `${platform}/outbox.ts`,
    from: 'tx.afterCommit(() => tell(added));',
    to: 'tell(added);',
    red: { file: `${tests}/outbox.test.ts`, test: 'what is rolled back is not published' },
  },
  {
    name: 'relay-lease: every relay believes that it leads',
    file: `${platform}/outbox-relay.ts`,
    from: 'epoch = await acquireLease(db, RELAY_LEASE, holder);',
    to: 'epoch = (await acquireLease(db, RELAY_LEASE, holder)) ?? 1;',
    red: { file: `${tests}/outbox-relay.test.ts`, test: 'of two relays one is active' },
  },
  {
    name: 'relay-fence: whoever published marks, also when another relay leads',
    file: `${platform}/outbox-marks.ts`,
    from: 'with lease as (select 1 from leases where name = $2 and epoch = $3)',
    to: 'with lease as (select 1 where ($2::text, $3::bigint) is not null)',
    red: { file: `${tests}/relay-takeover.test.ts`, test: 'finds its lease gone after it has published' },
  },
  {
    name: 'outbox: an event that is old is removed, published or not',
    file: `${platform}/retention.ts`,
    from: "unless: 'exists (select 1 from outbox_waiting w where w.position = t.position)',",
    to: "unless: 'false',",
    red: { file: `${tests}/retention.test.ts`, test: 'an event that is not published stays' },
  },
  {
    name: 'outbox: what a version before this one has added is adopted by whoever does not lead',
    file: `${platform}/outbox-adoption.ts`,
    from: 'exists (select 1 from leases where name = $1 and epoch = $2)',
    to: '($1::text, $2::bigint) is not null',
    red: { file: `${tests}/outbox-adoption.test.ts`, test: 'has lost its lease adopts nothing' },
  },
  {
    name: 'outbox: what waits is handed to no relay of a version before this one',
    file: `${platform}/outbox-relay.ts`,
    from: 'await adoption.handBack(closing);',
    to: '',
    red: { file: `${tests}/outbox-adoption.test.ts`, test: 'it is handed what we add' },
  },
  {
    name: 'outbox: what is to be published is read past what a version before this one has added',
    file: `${platform}/outbox-waiting.ts`,
    from: 'coalesce((select min(position) from outbox where sent_at is null), 9223372036854775807)',
    to: '9223372036854775807',
    red: { file: `${tests}/outbox-adoption.test.ts`, test: 'is published once, in order, and marked' },
  },
  {
    name: 'publish: waits until the handlers have run',
    file: `${platform}/bus/local-bus.ts`,
    from: `for (const entry of batch) entry.resolve();
        setImmediate(() => {
          for (const [consumer, offered] of Map.groupBy(rows, (row) => row.consumer))
            dispatchers.get(consumer)?.offer(offered);
        });`,
    to: `for (const row of rows) dispatchers.get(row.consumer)?.offer([row]);
        for (const { position } of rows)
          while ((await db.query('select 1 from deliveries where position = $1', [position])).length > 0)
            await new Promise((resolve) => setTimeout(resolve, 20));
        for (const entry of batch) entry.resolve();`,
    red: { file: `${tests}/local-bus.test.ts`, test: 'publish resolves when the messages are stored' },
  },
  {
    name: 'dead-letter: parks nothing',
    file: `${platform}/dead-letters.ts`,
    from: 'await tx.query(CHANGE_KEY, [...namesOf(at), true, parked ? 1 : 0]);',
    to: 'await tx.query(CHANGE_KEY, [...namesOf(at), false, parked ? 1 : 0]);',
    red: { file: `${tests}/poison-message.test.ts`, test: 'holds the next of its key' },
  },
  {
    name: 'infrastructure-fault: counts as a rejection of the event',
    file: `${platform}/apply-event.ts`,
    from: '      if (isInfrastructureFault(error)) throw error;\n',
    to: '',
    red: { file: `${tests}/infrastructure-faults.test.ts`, test: 'the bus gets to hear it, however often' },
  },
];
