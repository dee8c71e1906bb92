// No endpoint without a test, none without an access rule, none outside that nobody wrote down.
import { endpoints as agentService } from '@builder-ai/agent-service/app';
import { ACCESS } from '@builder-ai/contracts/identity';
import { endpoints as gateway } from '@builder-ai/gateway/endpoints';
import { routes } from '@builder-ai/gateway/routes';
import { endpoints as notificationService } from '@builder-ai/notification-service/app';
import { endpoints as taskService } from '@builder-ai/task-service/app';
import { expect, test } from '@jest/globals';
import { listFiles } from './source-files.ts';

type Listed = { method: string; path: string; access: string };

const all: [service: string, endpoint: Listed][] = [
  ...gateway.map((endpoint): [string, Listed] => ['gateway', endpoint]),
  ...taskService.map((endpoint): [string, Listed] => ['services/task-service', endpoint]),
  ...agentService.map((endpoint): [string, Listed] => ['services/agent-service', endpoint]),
  ...notificationService.map((endpoint): [string, Listed] => ['services/notification-service', endpoint]),
];

const tests = listFiles().filter((file) => /\/test\/.*\.ts$/.test(file.path));

/** What a call of this path looks like in a test, whatever stands for its parameters. */
function callOf(path: string): RegExp {
  const parts = path.split('/').map((part) => {
    if (part.startsWith('{*')) return '[^\\s\'"`]*';
    return part.startsWith(':') ? '[^/\\s\'"`]+' : part.replaceAll('.', '\\.');
  });
  return new RegExp(`['"\`]${parts.join('/')}(?:[?'"\`]|\\$\\{)`);
}

test.each(all.map(([service, { method, path }]) => [service, method, path]))(
  '%s: %s %s has a test',
  (service, _method, path) => {
    const callers = tests.filter((file) => file.path.startsWith(service) && callOf(path).test(file.text));
    expect(callers.length).toBeGreaterThan(0);
  },
);

test('every endpoint and every route names an access that exists', () => {
  for (const { access } of [...all.map(([, endpoint]) => endpoint), ...routes])
    expect(Object.keys(ACCESS)).toContain(access);
});

test('a route asks for the same access as the endpoint behind it', () => {
  for (const route of routes.filter((item) => !item.path.startsWith('/ws'))) {
    const found = all.find(([service, { method, path }]) => {
      const samePath = path.replace('{*path}', '*') === route.path;
      return service === `services/${route.service}` && method === route.method && samePath;
    });
    expect([route.path, found?.[1].access]).toEqual([route.path, route.access]);
  }
});
