import { join } from 'node:path';
import { startAgentService } from '@builder-ai/agent-service/compose';
import { startGateway } from '@builder-ai/gateway/compose';
import { startNotificationService } from '@builder-ai/notification-service/compose';
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import type { Environment } from '@builder-ai/platform/config';
import { createLogger } from '@builder-ai/platform/logger';
import { startMetricsServer } from '@builder-ai/platform/metrics-server';
import type { RunningService } from '@builder-ai/platform/run-process';
import { startTaskService } from '@builder-ai/task-service/compose';
import type { LocalConfig } from './config.ts';
import { findFreePort } from './free-port.ts';
import { BUS_DATABASE, type ServicePorts, toLogDirectory, toServiceEnvironments } from './service-environments.ts';

export type LocalServices = { url: string; createSignInLink(): Promise<string>; close(): Promise<void> };

const TRIES = 3;

/** Starts the four services in this process, on a local bus, and waits for none of them to be ready. */
export async function startServices(
  env: Environment,
  config: LocalConfig,
  databaseUrl: (database: string) => string,
): Promise<LocalServices> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await tryServices(env, config, databaseUrl);
    } catch (error) {
      // A port that was free when it was chosen may be taken by now.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || left === 1) throw error;
    }
  }
}

async function tryServices(
  env: Environment,
  config: LocalConfig,
  databaseUrl: (database: string) => string,
): Promise<LocalServices> {
  const environments = toServiceEnvironments(env, config, await choosePorts(), databaseUrl);
  const file = join(toLogDirectory(config.home), 'bus.log');
  const logger = createLogger({ service: 'bus', level: config.logLevel, file });
  const bus = await openLocalBus({ databaseUrl: databaseUrl(BUS_DATABASE), logger });
  const opened: RunningService[] = [];
  const closeAll = async () => {
    await Promise.all(opened.map((service) => service.close()));
    await bus.close();
    await logger.close();
  };
  const results = await Promise.allSettled([
    startTaskService(environments['task-service'], { bus }),
    startAgentService(environments['agent-service'], { bus }),
    startNotificationService(environments['notification-service'], { bus }),
  ]);
  for (const result of results) if (result.status === 'fulfilled') opened.push(result.value);
  try {
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    // Last, so that the first request finds the others.
    const gateway = await startGateway(environments.gateway, { bus });
    opened.unshift(gateway);
    const metrics = opened.flatMap((service) => service.metrics ?? []);
    const metricsServer =
      config.metricsPort === undefined
        ? undefined
        : await startMetricsServer(metrics, { host: '127.0.0.1', port: config.metricsPort });
    return {
      // Its own address: what people use may not reach it from here.
      url: environments['task-service'].GATEWAY_URL ?? gateway.url,
      createSignInLink: () => gateway.createSignInLink(),
      async close() {
        // First, so that no request comes in that the others could not answer.
        await metricsServer?.close();
        await gateway.close();
        opened.shift();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function choosePorts(): Promise<ServicePorts> {
  const ports = new Set<number>();
  while (ports.size < 3) ports.add(await findFreePort());
  const [task = 0, agent = 0, notification = 0] = ports;
  return { 'task-service': task, 'agent-service': agent, 'notification-service': notification };
}
