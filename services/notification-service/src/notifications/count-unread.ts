import { unreadShape } from '@builder-ai/contracts/shapes/notification';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { countUnread as countUnreadOf } from './notification-store.ts';
import { toReader } from './reader.ts';

export const countUnread = endpoint<Deps>({
  method: 'get',
  path: '/notifications/unread-count',
  access: 'notification.read',
  summary: 'Counts what the caller has not read',
  answers: { 200: unreadShape },
  async handle({ deps, identity }) {
    return { status: 200, body: { unread: await countUnreadOf(deps.db, toReader(identity)) } };
  },
});
