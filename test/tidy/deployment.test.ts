// What operators are given parses, and its probes are paths that the product answers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newHealth } from '@builder-ai/platform/health';
import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { parse, parseAllDocuments } from 'yaml';
import { listFiles, ROOT } from './source-files.ts';

const yamlFiles = listFiles().filter((file) => /\.ya?ml$/.test(file.path));

test.each(yamlFiles.map((file) => [file.path, file.text]))('%s is YAML', (_path, text) => {
  for (const document of parseAllDocuments(text)) expect(document.errors).toEqual([]);
});

test('every probe asks for a path that answers', async () => {
  const app = express();
  newHealth([]).mount(app);
  const deployment = parse(readFileSync(join(ROOT, 'k8s/base/deployment.yaml'), 'utf8'));
  const [container] = deployment.spec.template.spec.containers;
  const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
    (probe) => container[probe].httpGet.path as string,
  );
  expect(new Set(paths).size).toBe(2);
  for (const path of paths) expect([path, (await request(app).get(path)).status]).toEqual([path, 200]);
});

test('the kustomization names files that exist, and selectors match labels', () => {
  const { resources } = parse(readFileSync(join(ROOT, 'k8s/base/kustomization.yaml'), 'utf8')) as {
    resources: string[];
  };
  const objects = resources.map((name) => parse(readFileSync(join(ROOT, 'k8s/base', name), 'utf8')));
  const deployment = objects.find((object) => object.kind === 'Deployment');
  const service = objects.find((object) => object.kind === 'Service');
  expect(deployment.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
  expect(service.spec.selector).toEqual(deployment.spec.template.metadata.labels);
});

test('compose publishes on the loopback only and gives no password away', () => {
  const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
    services: Record<string, { ports?: string[]; environment?: Record<string, string> }>;
  };
  for (const { ports = [], environment = {} } of Object.values(services)) {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|KEY|SECRET/.test(name)) expect(value).toMatch(/^\$\{/);
    }
  }
});
