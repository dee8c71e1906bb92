import { join } from 'node:path';
import type { Environment } from '@builder-ai/platform/config';
import type { LocalConfig } from './config.ts';

export type ServiceName = 'gateway' | 'task-service' | 'agent-service' | 'notification-service';

export const SERVICE_DATABASES: Record<ServiceName, string> = {
  gateway: 'builder_gateway',
  'task-service': 'builder_task',
  'agent-service': 'builder_agent',
  'notification-service': 'builder_notification',
};

export const BUS_DATABASE = 'builder_bus';

/** The ports of the three services behind the gateway, on the loopback. */
export type ServicePorts = Record<Exclude<ServiceName, 'gateway'>, number>;

export const toLogDirectory = (home: string) => join(home, 'logs');

/**
 * What each service finds in its environment, as if it ran on its own: the user's variables, its own address and
 * database, and where the others are.
 */
export function toServiceEnvironments(
  env: Environment,
  config: LocalConfig,
  ports: ServicePorts,
  databaseUrl: (database: string) => string,
): Record<ServiceName, Environment> {
  const urlOf = (port: number, host = '127.0.0.1') => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const shared = {
    ...env,
    // One page for all of them, which this process has.
    METRICS_PORT: undefined,
    BUILDER_HOME: config.home,
    WEB_DIRECTORY: config.webDirectory,
    GATEWAY_URL: urlOf(config.port, toReachable(config.host)),
    TASK_SERVICE_URL: urlOf(ports['task-service']),
    AGENT_SERVICE_URL: urlOf(ports['agent-service']),
    NOTIFICATION_SERVICE_URL: urlOf(ports['notification-service']),
  };
  const environmentOf = (name: ServiceName): Environment => ({
    ...shared,
    HOST: name === 'gateway' ? config.host : '127.0.0.1',
    PORT: String(name === 'gateway' ? config.port : ports[name]),
    DATABASE_URL: databaseUrl(SERVICE_DATABASES[name]),
    LOG_FILE: join(toLogDirectory(config.home), `${name}.log`),
  });
  return {
    // The address that people use, when it is another one: behind a proxy that speaks TLS, say.
    gateway: { ...environmentOf('gateway'), GATEWAY_URL: env.GATEWAY_URL || shared.GATEWAY_URL },
    'task-service': environmentOf('task-service'),
    'agent-service': environmentOf('agent-service'),
    'notification-service': environmentOf('notification-service'),
  };
}

/** An address that means "all of them" is none to connect to. */
function toReachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
