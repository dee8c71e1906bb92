import { listOf } from '@builder-ai/contracts/shape';
import { notificationShape } from '@builder-ai/contracts/shapes/notification';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { type PageQuery, pageQuery, toPage } from '../page-link.ts';
import { findNotifications, toNotification } from './notification-store.ts';
import { toReader } from './reader.ts';

type ListNotifications = PageQuery & { unread: boolean };

/** Of all the caller's projects, newest first. */
export const listNotifications = endpoint<Deps, undefined, ListNotifications>({
  method: 'get',
  path: '/notifications',
  access: 'notification.read',
  summary: 'Lists what the caller is told of, newest first',
  answers: { 200: listOf(notificationShape) },
  query: Joi.object<ListNotifications>({ ...pageQuery, unread: Joi.boolean().default(false) }),
  async handle({ deps, identity, query }) {
    const { limit, cursor: before, unread } = query;
    const rows = await findNotifications(deps.db, toReader(identity), { limit: limit + 1, before, unread });
    const { page, headers } = toPage(rows, '/notifications', query);
    return { status: 200, body: page.map((row) => toNotification(row, identity.userId)), headers };
  },
});
