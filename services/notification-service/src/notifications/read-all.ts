import { readCountShape } from '@builder-ai/contracts/shapes/notification';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { onceForKey } from '../once-for-key.ts';
import { markRead } from './notification-store.ts';
import { toReader } from './reader.ts';

/** The caller has read all that there are at this moment. */
export const readAll = endpoint<Deps>({
  method: 'post',
  path: '/notifications/read-all',
  access: 'notification.read',
  summary: 'Marks all notifications as read by the caller',
  answers: { 200: readCountShape },
  async handle(context) {
    const reader = toReader(context.identity);
    return { status: 200, body: await onceForKey(context, async (tx) => ({ read: await markRead(tx, reader) })) };
  },
});
