import type { Identity, Role } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import type { Deps } from '../deps.ts';
import { isUuid } from '../is-uuid.ts';
import { findWebhook, type WebhookRow } from './webhook-store.ts';

/** Addresses may hold tokens of other services: viewers are shown none. */
export const MAY_READ: Role = 'editor';
export const MAY_CHANGE: Role = 'owner';

/** @throws AppError WEBHOOK_NOT_FOUND also for one of a project that the caller is no member of; FORBIDDEN to members */
export async function getOwnWebhook(
  deps: Deps,
  identity: Identity,
  id: string | undefined,
  needed: Role,
): Promise<WebhookRow> {
  const row = id !== undefined && isUuid(id) ? await findWebhook(deps.db, id) : undefined;
  if (!row || !mayIn(identity, row.owner_id, 'viewer')) throw new AppError('WEBHOOK_NOT_FOUND');
  if (!mayIn(identity, row.owner_id, needed)) throw new AppError('FORBIDDEN');
  return row;
}
