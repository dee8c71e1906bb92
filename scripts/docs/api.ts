import { endpoints as agentService } from '@builder-ai/agent-service/app';
import { endpoints as gateway } from '@builder-ai/gateway/endpoints';
import { routes } from '@builder-ai/gateway/routes';
import { endpoints as notificationService } from '@builder-ai/notification-service/app';
import { endpoints as taskService } from '@builder-ai/task-service/app';
import type Joi from 'joi';
import { type GeneratedDocument, NOTICE, table } from './document.ts';

type Listed = { method: string; path: string; access: string; body?: Joi.ObjectSchema; query?: Joi.ObjectSchema };

const services = {
  'task-service': taskService,
  'agent-service': agentService,
  'notification-service': notificationService,
};

/** The gateway writes the rest of a path as `*`, Express as `{*path}`. */
const samePath = (path: string) => path.replace('{*path}', '*');

function fieldsOf(schema: Joi.ObjectSchema | undefined): string {
  const keys = schema ? Object.keys(schema.describe().keys ?? {}) : [];
  return keys.map((key) => `\`${key}\``).join(', ');
}

export function apiDocument(): GeneratedDocument {
  const own = (gateway as unknown as Listed[]).map((item) => [
    `${item.method.toUpperCase()} ${item.path}`,
    item.access,
    [fieldsOf(item.body), fieldsOf(item.query)].filter(Boolean).join('; '),
    '',
    'gateway',
  ]);
  const rows = routes
    .filter((route) => !route.path.startsWith('/ws'))
    .map((route) => {
      const all = services[route.service] as unknown as Listed[];
      const found = all.find((item) => item.method === route.method && samePath(item.path) === route.path);
      if (!found)
        throw new Error(`${route.method} ${route.path} is routed to ${route.service}, which has no such endpoint.`);
      const takes = [fieldsOf(found.body), fieldsOf(found.query)].filter(Boolean).join('; ');
      const limit = route.limit ? `${route.limit} a minute` : '';
      return [`${route.method.toUpperCase()} ${route.path}`, found.access, takes, limit, route.service];
    });
  const text = `# API

${NOTICE}

Through the gateway, also below \`/v1\`. Sign in by the link that \`npm start\` prints or by e-mail and password (session cookie), or send
\`Authorization: Bearer <key>\` with an API key or BUILDER_API_KEY. A key may do what its scopes say: read, run, admin. Bodies and answers are JSON; errors are in [errors](errors.md). The gateway
answers also \`/me\`, \`/sign-in\`, \`/sign-out\`, \`/health\`, \`/health/liveness\`, \`/health/readiness\` and \`/metrics\`.

${table(['endpoint', 'access', 'takes', 'limit', 'answered by'], [...rows, ...own])}

POST /tasks and the run endpoints honour \`Idempotency-Key\`. \`POST /tasks/:id/run\` and \`/run-all\` wait for the end; with
\`Prefer: respond-async\`, or when it takes longer than RUN_WAIT_MS, they answer 202 with the job's address in \`Location\`.

## Stream of events

\`GET /tasks/:id/events\` with \`Accept: text/event-stream\` answers the timeline after \`after\` (or \`Last-Event-ID\`) as server-sent
events and goes on with what comes: \`id: <seq>\`, \`event: task_event\`, \`data: <entry>\`. With \`?deltas=true\` also \`task_delta\`, as on
the socket. \`event: reset\` with \`{task_id, seq, first_seq}\` says that entries before \`first_seq\` are kept no longer. A comment comes each 15 s.

## Socket

socket.io at path \`/ws\`. \`subscribe_task(task_id, {after?: seq}, answer)\` is answered \`{ok: true, seq}\` or
\`{ok: false, code, message}\`; with \`after\` everything later is sent first. \`unsubscribe_task(task_id)\`. The server sends
\`task_event\` (a timeline entry, see [events](events.md)) \`task_update\` (the whole task, at most each 100 ms) and
\`task_delta\` (a piece of what a model says or a command prints, which may be lost: \`{task_id, event_type, data}\`, see agent.stream).
\`reset\` \`{task_id, seq, first_seq?}\` tells a client that did not read for long, or whose cursor is too old, to read the feed by
\`GET /tasks/:id/events\`, or to subscribe again with its last seq: entries after \`seq\` follow by themselves.
`;
  return { path: 'docs/api.md', text };
}
