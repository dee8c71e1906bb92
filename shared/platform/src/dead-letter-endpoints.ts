// The endpoints by which operators see a service's dead letters, replay them or give them up: the same in each service.
import { listOf } from '@builder-ai/contracts/shape';
import Joi from 'joi';
import type { EventHandlers } from './apply-event.ts';
import type { Database, Row } from './database.ts';
import { DEAD_LETTER_STATES, deadLetterShape, listedDeadLetterShape } from './dead-letter-shape.ts';
import { type Endpoint, type EndpointContext, type EndpointDeps, endpoint } from './endpoint.ts';
import type { Logger } from './logger.ts';
import { STILL_WAITS } from './outbox-parking.ts';
import { AppError } from './problem.ts';
import { type Settlement, settleDeadLetter } from './settle-dead-letter.ts';

export type ListDeadLetters = {
  consumer?: string;
  state?: (typeof DEAD_LETTER_STATES)[number];
  limit: number;
  cursor?: number;
};

export type DeadLetterDeps = EndpointDeps & { db: Database; logger: Logger };

type Handlers<Deps> = Omit<EventHandlers<Deps>, 'db' | 'deps' | 'logger'>;

const querySchema = Joi.object<ListDeadLetters>({
  consumer: Joi.string().max(100),
  state: Joi.string().valid(...DEAD_LETTER_STATES),
  limit: Joi.number().integer().min(1).max(100).default(50),
  cursor: Joi.number().integer().min(1),
});

// How many messages wait behind it: a consumer keeps them by its key, a publisher in its outbox.
const COLUMNS = `d.id, d.consumer, d.topic, d.key, d.event_id, d.event_type, d.no, d.state, d.reason, d.attempts,
  d.created_at, d.settled_at, case d.state
    when 'dead' then (select held from inbox_keys k where (k.consumer, k.topic, k.key) = (d.consumer, d.topic, d.key))
    when 'unpublishable' then (select count(*)::int from outbox o
      where (o.topic, o.key) = (d.topic, d.key) and o.no > d.no and ${STILL_WAITS})
    else 0 end as held_behind`;

const LIST = `select ${COLUMNS} from dead_letters d
  where ($1::text is null or consumer = $1) and ($2::text is null or state = $2) and ($3::bigint is null or id < $3)
  order by id desc limit $4`;

const SETTLED_ONCE = 'it is settled once: again is 409';

const SETTLING_ERRORS = [
  'DEAD_LETTER_NOT_FOUND',
  'DEAD_LETTER_SETTLED',
  'DEAD_LETTER_STILL_FAILS',
  'DEAD_LETTER_WAITS',
] as const;

/**
 * GET /admin/dead-letters/<service>, GET, POST replay and POST discard of one of them.
 * @param handlers those of the service's inbox: what is replayed is handled by the code of today
 */
export function deadLetterEndpoints<Deps extends DeadLetterDeps>(handlers: Handlers<Deps>): Endpoint<Deps>[] {
  const path = `/admin/dead-letters/${handlers.name}`;
  return [
    listDeadLetters<Deps>(path),
    endpoint<Deps>({
      method: 'get',
      path: `${path}/:id`,
      access: 'operator',
      summary: 'Shows a dead letter with its message',
      answers: { 200: deadLetterShape },
      errors: ['DEAD_LETTER_NOT_FOUND'],
      handle: async ({ deps, params }) => ({ status: 200, body: await getDeadLetter(deps.db, params.id) }),
    }),
    endpoint<Deps>({
      method: 'post',
      path: `${path}/:id/replay`,
      access: 'operator',
      summary: 'Applies the message of a dead letter again, and what waits behind it',
      answers: { 200: deadLetterShape },
      errors: SETTLING_ERRORS,
      withoutIdempotencyKey: SETTLED_ONCE,
      handle: (context) => settle(handlers, context, 'replayed'),
    }),
    endpoint<Deps>({
      method: 'post',
      path: `${path}/:id/discard`,
      access: 'operator',
      summary: 'Gives a dead letter up; what waits behind it goes on',
      answers: { 200: deadLetterShape },
      errors: SETTLING_ERRORS,
      withoutIdempotencyKey: SETTLED_ONCE,
      handle: (context) => settle(handlers, context, 'discarded'),
    }),
  ];
}

/** Newest first, without their messages; the next page is in `Link: rel="next"`. */
function listDeadLetters<Deps extends DeadLetterDeps>(path: string): Endpoint<Deps> {
  return endpoint<Deps, undefined, ListDeadLetters>({
    method: 'get',
    path,
    access: 'operator',
    summary: 'Lists dead letters, newest first, without their messages',
    answers: { 200: listOf(listedDeadLetterShape) },
    query: querySchema,
    async handle({ deps, query }) {
      const { consumer, state, limit, cursor } = query;
      const rows = await deps.db.query(LIST, [consumer ?? null, state ?? null, cursor ?? null, limit + 1]);
      const page = rows.slice(0, limit);
      const headers: Record<string, string> = {};
      if (rows.length > limit) {
        const next = { ...(consumer && { consumer }), ...(state && { state }), limit: String(limit) };
        headers.link = `<${path}?${new URLSearchParams({ ...next, cursor: String(page.at(-1)?.id) })}>; rel="next"`;
      }
      return { status: 200, body: page, headers };
    },
  });
}

async function settle<Deps extends DeadLetterDeps>(
  handlers: Handlers<Deps>,
  { deps, params, identity }: EndpointContext<Deps, unknown, unknown>,
  settlement: Settlement,
) {
  const { db, logger } = deps;
  await settleDeadLetter({ ...handlers, db, logger, deps }, toId(params.id), settlement);
  logger.info('An operator settled a dead letter', { dead_letter: params.id, settlement, operator: identity.userId });
  return { status: 200, body: await getDeadLetter(db, params.id) };
}

/** @throws AppError DEAD_LETTER_NOT_FOUND */
async function getDeadLetter(db: Database, id: string | undefined): Promise<Row> {
  const [letter] = await db.query(`select ${COLUMNS}, d.message from dead_letters d where id = $1`, [toId(id)]);
  if (!letter) throw new AppError('DEAD_LETTER_NOT_FOUND');
  return letter;
}

function toId(id: string | undefined): number {
  if (!id || !/^\d{1,15}$/.test(id)) throw new AppError('DEAD_LETTER_NOT_FOUND');
  return Number(id);
}
