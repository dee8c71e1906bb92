import { SCOPES, type Scope } from '@builder-ai/contracts/identity';
import type { Tx } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import { nameInput } from '../accounts/account-input.ts';
import { appendToAudit } from '../audit/audit-log.ts';
import { checkScopes } from '../auth/caller.ts';
import { callerOf, signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { onceWithSecret } from '../once-with-secret.ts';
import { newKeyShape } from './key-shape.ts';

type CreateKey = { name: string; scopes: Scope[]; expires_in_days?: number };

const DAY_MS = 24 * 3600 * 1000;

/** The answer is the only one that shows the key. It may do at most what its maker may by the session or key in use. */
export const createKey = endpoint<Deps, CreateKey>({
  method: 'post',
  path: '/keys',
  access: 'account.change',
  summary: 'Makes an API key',
  answers: { 201: newKeyShape },
  errors: ['TOO_MANY_KEYS', 'SECRET_SHOWN_ONCE'],
  bodySample: { name: 'my laptop', scopes: ['read', 'run'] },
  body: Joi.object<CreateKey, true>({
    name: nameInput.required(),
    scopes: Joi.array()
      .items(Joi.string().valid(...SCOPES))
      .unique()
      .min(1)
      .required(),
    expires_in_days: Joi.number().integer().min(1).max(3650),
  }),
  async handle(context) {
    const { deps, body, identity, request } = context;
    const { scopes, expires_in_days: days } = body;
    const name = body.name.trim();
    checkScopes(callerOf(request), scopes);
    const expires = days === undefined ? {} : { expires_at: new Date(Date.now() + days * DAY_MS) };
    const make = async (tx: Tx) => {
      const key = await deps.keys.create(tx, identity.userId, { name, scopes, ...expires });
      if (!key) throw new AppError('TOO_MANY_KEYS');
      await appendToAudit(tx, {
        actor_id: identity.userId,
        action: 'key_created',
        subject: key.id,
        address: signedInFrom(request).address,
        details: { name, prefix: key.prefix, scopes },
      });
      return key;
    };
    const key = await deps.db.transaction((tx) => onceWithSecret(tx, context, () => make(tx)));
    return { status: 201, body: key, headers: { 'cache-control': 'no-store' } };
  },
});
