import { expect, test } from '@jest/globals';
import { readLocalConfig } from './config.ts';
import { toServiceEnvironments } from './service-environments.ts';

const ports = { 'task-service': 1001, 'agent-service': 1002, 'notification-service': 1003 };

test('only the gateway gets the address for the user; each service has its own database and knows the others', () => {
  const env = { BUILDER_HOME: '/home', HOST: '0.0.0.0', PORT: '9000', AGENT_MODE: 'template' };
  const services = toServiceEnvironments(env, readLocalConfig(env), ports, (name) => `postgresql://server/${name}`);
  expect(services.gateway).toMatchObject({
    HOST: '0.0.0.0',
    PORT: '9000',
    DATABASE_URL: 'postgresql://server/builder_gateway',
    GATEWAY_URL: 'http://127.0.0.1:9000',
    AGENT_MODE: 'template',
  });
  expect(services['agent-service']).toMatchObject({
    HOST: '127.0.0.1',
    PORT: '1002',
    DATABASE_URL: 'postgresql://server/builder_agent',
    TASK_SERVICE_URL: 'http://127.0.0.1:1001',
    LOG_FILE: '/home/logs/agent-service.log',
    BUILDER_HOME: '/home',
  });
});

test('the address that people use is for links of the gateway; the others ask it at its own', () => {
  const env = { BUILDER_HOME: '/home', HOST: '0.0.0.0', PORT: '9000', GATEWAY_URL: 'https://builder.example.com' };
  const services = toServiceEnvironments(env, readLocalConfig(env), ports, (name) => `postgresql://server/${name}`);
  expect(services.gateway.GATEWAY_URL).toBe('https://builder.example.com');
  expect(services['task-service'].GATEWAY_URL).toBe('http://127.0.0.1:9000');
});

test('every fault of the configuration is named at once', () => {
  expect(() => readLocalConfig({ PORT: 'x', DATABASE_URL: 'mysql://secret@host' })).toThrow(
    /faults:[\s\S]*PORT[\s\S]*DATABASE_URL/,
  );
});
