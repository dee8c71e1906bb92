import { notificationShape } from '@builder-ai/contracts/shapes/notification';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { isUuid } from '../is-uuid.ts';
import { onceForKey } from '../once-for-key.ts';
import { findNotification, markRead, toNotification } from './notification-store.ts';
import { toReader } from './reader.ts';

/** The caller has read it; again changes nothing. */
export const readNotification = endpoint<Deps>({
  method: 'post',
  path: '/notifications/:id/read',
  access: 'notification.read',
  summary: 'Marks a notification as read by the caller',
  answers: { 200: notificationShape },
  errors: ['NOTIFICATION_NOT_FOUND'],
  async handle(context) {
    const { deps, identity, params } = context;
    const id = params.id as string;
    if (!isUuid(id)) throw new AppError('NOTIFICATION_NOT_FOUND');
    const reader = toReader(identity);
    await onceForKey(context, (tx) => markRead(tx, reader, id));
    const row = await findNotification(deps.db, reader, id);
    if (!row) throw new AppError('NOTIFICATION_NOT_FOUND');
    return { status: 200, body: toNotification(row, identity.userId) };
  },
});
