// The routing table: what the gateway lets through, to whom, and for whom. What is not here does not exist outside.
import type { Access } from '@builder-ai/contracts/identity';
import { MAX_BODY_BYTES, type Method } from '@builder-ai/platform/endpoint';
import type { AuditAction } from './audit/audit-log.ts';
import type { Upstream } from './deps.ts';

export type Route = {
  method: Method;
  /** `:name` is one part of the path, a `*` at the end the rest of it. */
  path: string;
  service: Upstream;
  access: Access;
  limit?: 'tasks' | 'agent';
  /** Larger bodies are refused here; the service may allow less. */
  maxBodyBytes: number;
  /** What the audit log calls it, once the service has done it. */
  audit?: AuditAction;
  /** How long the service may be silent, before or within its answer. `run`: a little longer than a run request waits. */
  timeout?: 'run';
};

/** A recording is replayed as a whole. */
const MAX_RECORDING_BYTES = 64 * 1024 * 1024;

/** What most routes have in common need not be said. */
type Row = Omit<Route, 'maxBodyBytes'> & Partial<Pick<Route, 'maxBodyBytes'>>;

const rows: readonly Row[] = [
  { method: 'post', path: '/tasks', service: 'task-service', access: 'task.create', limit: 'tasks' },
  { method: 'get', path: '/tasks', service: 'task-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id', service: 'task-service', access: 'task.read' },
  { method: 'post', path: '/tasks/:id/run', service: 'task-service', access: 'task.run', timeout: 'run' },
  { method: 'post', path: '/tasks/:id/run-all', service: 'task-service', access: 'task.run', timeout: 'run' },
  { method: 'post', path: '/tasks/:id/run-async', service: 'task-service', access: 'task.run' },
  { method: 'patch', path: '/tasks/:id', service: 'task-service', access: 'task.run' },
  { method: 'delete', path: '/tasks/:id', service: 'task-service', access: 'task.run', audit: 'task_deleted' },
  { method: 'post', path: '/tasks/:id/pause', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/resume', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/cancel', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/retry', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/approve', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/answer', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/messages', service: 'task-service', access: 'task.run' },
  { method: 'post', path: '/tasks/:id/fork', service: 'task-service', access: 'task.create', limit: 'tasks' },
  { method: 'post', path: '/tasks/:id/resolve', service: 'task-service', access: 'task.run' },
  { method: 'get', path: '/tasks/:id/job-status/:job_id', service: 'task-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/logs', service: 'task-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/events', service: 'notification-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/files', service: 'agent-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/files/*', service: 'agent-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/archive', service: 'agent-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/diff', service: 'agent-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/usage', service: 'agent-service', access: 'task.read' },
  { method: 'get', path: '/tasks/:id/recording', service: 'agent-service', access: 'task.read' },
  {
    method: 'post',
    path: '/recordings/replay',
    service: 'agent-service',
    access: 'task.run',
    timeout: 'run',
    maxBodyBytes: MAX_RECORDING_BYTES,
  },
  { method: 'get', path: '/tasks/:id/preview', service: 'agent-service', access: 'task.read' },
  { method: 'post', path: '/agent', service: 'agent-service', access: 'task.run', limit: 'agent', timeout: 'run' },
  { method: 'get', path: '/agents', service: 'agent-service', access: 'task.read' },
  { method: 'get', path: '/projects/:id/budget', service: 'agent-service', access: 'project.read' },
  { method: 'patch', path: '/projects/:id/budget', service: 'agent-service', access: 'budget.change' },
  // The token in the path is the permission: a sandboxed page has no cookie to show.
  { method: 'get', path: '/preview/:token/*', service: 'agent-service', access: 'public' },
  ...notificationRoutes(),
  { method: 'get', path: '/ws/', service: 'notification-service', access: 'task.read' },
  { method: 'post', path: '/ws/', service: 'notification-service', access: 'task.read' },
  ...deadLetterRoutes('task-service'),
  ...deadLetterRoutes('agent-service'),
  ...deadLetterRoutes('notification-service'),
];

function notificationRoutes(): Row[] {
  const service = 'notification-service';
  const read = { service, access: 'webhook.read' } as const;
  const change = { service, access: 'webhook.change' } as const;
  const own = { service, access: 'notification.read' } as const;
  const deliveries = '/webhooks/:id/deliveries';
  return [
    { method: 'get', path: '/notifications', ...own },
    { method: 'get', path: '/notifications/unread-count', ...own },
    { method: 'post', path: '/notifications/read-all', ...own },
    { method: 'post', path: '/notifications/:id/read', ...own },
    { method: 'get', path: '/webhooks', ...read },
    { method: 'post', path: '/webhooks', ...change },
    { method: 'get', path: '/webhooks/:id', ...read },
    { method: 'patch', path: '/webhooks/:id', ...change },
    { method: 'delete', path: '/webhooks/:id', ...change },
    { method: 'post', path: '/webhooks/:id/rotate-secret', ...change },
    { method: 'post', path: '/webhooks/:id/test', ...change },
    { method: 'get', path: deliveries, ...read },
    { method: 'get', path: `${deliveries}/:delivery_id`, ...read },
    { method: 'post', path: `${deliveries}/:delivery_id/replay`, ...change },
  ];
}

/** The same in every service: operators see what could not be applied, apply it again or give it up. */
function deadLetterRoutes(service: Upstream): Row[] {
  const path = `/admin/dead-letters/${service}`;
  return [
    { method: 'get', path, service, access: 'operator' },
    { method: 'get', path: `${path}/:id`, service, access: 'operator' },
    { method: 'post', path: `${path}/:id/replay`, service, access: 'operator' },
    { method: 'post', path: `${path}/:id/discard`, service, access: 'operator' },
  ];
}

export const routes: readonly Route[] = rows.map((row) => ({ maxBodyBytes: MAX_BODY_BYTES, ...row }));

type Matcher = { route: Route; pattern: RegExp };

const matchers: readonly Matcher[] = routes.map((route) => {
  const parts = route.path.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return { route, pattern: new RegExp(`^${parts.join('/')}$`) };
});

/** By method and first part of the path: what is left to try are a few. */
const byBeginning = Map.groupBy(matchers, ({ route }) => beginningOf(route.method, route.path));

function beginningOf(method: string, path: string): string {
  const end = path.indexOf('/', 1);
  return `${method} ${end < 0 ? path : path.slice(0, end)}`;
}

/** The route of a canonical path, or undefined. */
export function findRoute(method: string, path: string): Route | undefined {
  const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
  return byBeginning.get(beginningOf(wanted, path))?.find(({ pattern }) => pattern.test(path))?.route;
}
