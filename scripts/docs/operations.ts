// Every operation that the gateway lets through or answers by itself: the API documents are made from this list.
import { endpoints as agentService } from '@builder-ai/agent-service/app';
import type { Access } from '@builder-ai/contracts/identity';
import { endpoints as gateway } from '@builder-ai/gateway/endpoints';
import { type Route, routes } from '@builder-ai/gateway/routes';
import { endpoints as notificationService } from '@builder-ai/notification-service/app';
import type { EndpointDescription } from '@builder-ai/platform/endpoint';
import { endpoints as taskService } from '@builder-ai/task-service/app';
import type Joi from 'joi';
import { pageOperations } from './page-operations.ts';

/** An endpoint, without what it does. */
export type DescribedEndpoint = EndpointDescription & {
  method: string;
  path: string;
  access: Access;
  body?: Joi.ObjectSchema;
  query?: Joi.ObjectSchema;
  text?: { type: string };
};

export type Operation = DescribedEndpoint & {
  service: string;
  limit?: Route['limit'];
};

const services: Record<string, DescribedEndpoint[]> = {
  'task-service': taskService as unknown as DescribedEndpoint[],
  'agent-service': agentService as unknown as DescribedEndpoint[],
  'notification-service': notificationService as unknown as DescribedEndpoint[],
};

/** The gateway writes the rest of a path as `*`, Express as `{*path}`. */
const samePath = (path: string) => path.replace('{*path}', '*');

/** @throws when a route leads to no endpoint */
export function routedOperations(): Operation[] {
  return routes
    .filter((route) => !route.path.startsWith('/ws'))
    .map((route) => {
      const { method, path, service, limit } = route;
      const found = services[service]?.find((item) => item.method === method && samePath(item.path) === path);
      if (!found) throw new Error(`${method} ${path} is routed to ${service}, which has no such endpoint.`);
      return { ...found, path, service, ...(limit && { limit }) };
    });
}

export function gatewayOperations(): Operation[] {
  return (gateway as unknown as DescribedEndpoint[]).map((item) => ({ ...item, service: 'gateway' }));
}

/** @throws when one of them has nothing to say of itself */
export function allOperations(): Operation[] {
  const all = [
    ...routedOperations(),
    ...gatewayOperations(),
    ...pageOperations.map((item) => ({ ...item, service: 'gateway' })),
  ];
  for (const { method, path, summary, answers, body, text, bodySample } of all) {
    const name = `${method} ${path}`;
    if (!summary || !answers) throw new Error(`${name} needs a summary and answers: see EndpointDescription.`);
    if ((body || text) && bodySample === undefined) throw new Error(`${name} needs a bodySample.`);
    const fault = body?.validate(bodySample, { convert: false }).error;
    if (fault) throw new Error(`The bodySample of ${name} does not fit: ${fault.message}`);
  }
  return all;
}
