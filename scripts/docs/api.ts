import type Joi from 'joi';
import { type GeneratedDocument, NOTICE, table } from './document.ts';
import { gatewayOperations, type Operation, routedOperations } from './operations.ts';
import { pageOperations } from './page-operations.ts';

function fieldsOf(schema: Joi.ObjectSchema | undefined): string {
  const keys = schema ? Object.keys(schema.describe().keys ?? {}) : [];
  return keys.map((key) => `\`${key}\``).join(', ');
}

const toRow = ({ method, path, access, body, query, limit, service, summary = '' }: Operation) => [
  `${method.toUpperCase()} ${path}`,
  summary,
  access,
  [fieldsOf(body), fieldsOf(query)].filter(Boolean).join('; '),
  limit ? `${limit} a minute` : '',
  service,
];

/** POSTs that take no Idempotency-Key, by the reason. */
function withoutKey(): string {
  const all = [...routedOperations(), ...gatewayOperations(), ...pageOperations];
  const posts = all.filter(({ method, withoutIdempotencyKey }) => method === 'post' && withoutIdempotencyKey);
  return [...Map.groupBy(posts, ({ withoutIdempotencyKey }) => withoutIdempotencyKey)]
    .map(([why, list]) => `- ${list.map(({ path }) => `\`${path}\``).join(', ')}: ${why}`)
    .join('\n');
}

export function apiDocument(): GeneratedDocument {
  const rows = [...routedOperations(), ...gatewayOperations()].map(toRow);
  const text = `# API

${NOTICE}

Through the gateway, also below \`/v1\`. Sign in by the link that \`npm start\` prints or by e-mail and password (session cookie), or send
\`Authorization: Bearer <key>\` with an API key or BUILDER_API_KEY. A key may do what its scopes say: read, run, admin. Bodies and answers are JSON; errors are in [errors](errors.md). The gateway
answers also \`/me\`, \`/sign-in\`, \`/sign-out\`, \`/health\`, \`/health/liveness\`, \`/health/readiness\` and \`/metrics\`.

${table(['endpoint', 'what it does', 'access', 'takes', 'limit', 'answered by'], rows)}

The same with every schema, status and example: [\`/openapi.json\`](../gateway/documents/openapi.json), to read at \`/docs\`; events and the
socket: [\`/asyncapi.json\`](../gateway/documents/asyncapi.json), at \`/docs/events\`. Reads have an \`ETag\`: with it as \`If-None-Match\` they are
answered 304 while it still holds. For TypeScript there is a [client](../shared/client/README.md).

Every POST honours \`Idempotency-Key\`: the same request sent again has one effect and one answer, another one with the same key is 422.
Answers with a secret (keys, invitations) are not kept: the second request is 409 and makes nothing. A turn of \`POST /agent\` with a key goes
on when its client hangs up; until it is over the second request is 409. These take none:
${withoutKey()}

Pages of other origins call the API where \`CORS_ORIGINS\` names them. The session's cookie is SameSite=Lax: it comes along from pages of the
same site (app.example.com to api.example.com); a page of another site sends an API key. Both reach the socket as they reach the API.

 \`POST /tasks/:id/run\` and \`/run-all\` wait for the end; with
\`Prefer: respond-async\`, or when it takes longer than RUN_WAIT_MS, they answer 202 with the job's address in \`Location\`.

## Stream of events

\`GET /tasks/:id/events\` with \`Accept: text/event-stream\` answers the timeline after \`after\` (or \`Last-Event-ID\`) as server-sent
events and goes on with what comes: \`id: <seq>\`, \`event: task_event\`, \`data: <entry>\`. With \`?deltas=true\` also \`task_delta\`, as on
the socket. \`event: reset\` with \`{task_id, seq, first_seq}\` says that entries before \`first_seq\` are kept no longer. A comment comes each 15 s.

## Socket

socket.io at path \`/ws\`: \`io({ path: '/ws' })\`. It may begin as a WebSocket or, as socket.io does of itself, by
polling: the gateway brings what belongs to one to the replica that has it (NOTIFICATION_SERVICE_REPLICAS). \`subscribe_task(task_id, {after?: seq}, answer)\` is answered \`{ok: true, seq}\` or
\`{ok: false, code, message}\`; with \`after\` everything later is sent first. \`unsubscribe_task(task_id)\`. The server sends
\`task_event\` (a timeline entry, see [events](events.md)) \`task_update\` (the whole task, at most each 100 ms) and
\`task_delta\` (a piece of what a model says or a command prints, which may be lost: \`{task_id, event_type, data}\`, see agent.stream).
\`reset\` \`{task_id, seq, first_seq?}\` tells a client that did not read for long, or whose cursor is too old, to read the feed by
\`GET /tasks/:id/events\`, or to subscribe again with its last seq: entries after \`seq\` follow by themselves.

\`subscribe_project(project_id, answer)\`, without an id for the personal project, brings \`project_update\` \`{project_id, task}\`: a task as
\`GET /tasks\` lists it, when something changed that a list shows, at most each 500 ms. \`reset\` \`{project_id}\` says to read the list again;
so does a new connection. \`unsubscribe_project(project_id)\`. Every socket is sent \`notification\` (as \`GET /notifications\` has it) of
all its user's projects. SOCKETS_PER_USER and SOCKET_MESSAGES_PER_MINUTE bound what one user may take of a process. A
socket's connection is closed when its session or key is revoked, or its user's role in a project changes: connect again.

## Notifications and webhooks

Members are told of tasks that are done, have failed or wait for somebody, and of webhooks that were disabled; who has read what is
kept for each reader. Lists are newest first, with the next page in \`Link: rel="next"\`. [Webhooks](webhooks.md) are signed by the Standard
Webhooks scheme; a key needs the scope admin to change one.
`;
  return { path: 'docs/api.md', text };
}
