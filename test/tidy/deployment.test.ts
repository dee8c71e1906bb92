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

const SERVICES = ['gateway', 'task-service', 'agent-service', 'notification-service'];

type Manifest = { kind: string; metadata: { name: string }; spec: Record<string, never> };
type Container = Record<'startupProbe' | 'livenessProbe' | 'readinessProbe', { httpGet: { path: string } }>;

const readManifests = (file: string) =>
  parseAllDocuments(readFileSync(join(ROOT, 'k8s/base', file), 'utf8')).map((document) => document.toJS() as Manifest);

test.each(SERVICES)("%s's probes ask for paths that answer, and its objects are for its own pods", async (service) => {
  const app = express();
  newHealth([]).mount(app);
  const objects = readManifests(`${service}.yaml`);
  const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: {
      selector: { matchLabels: object };
      template: { metadata: { labels: object }; spec: { containers: Container[] } };
    };
  };
  const [container] = spec.template.spec.containers as [Container];
  const paths = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).map(
    (probe) => container[probe].httpGet.path,
  );
  expect(new Set(paths).size).toBe(2);
  for (const path of paths) expect([path, (await request(app).get(path)).status]).toEqual([path, 200]);
  const labels = spec.template.metadata.labels;
  expect(spec.selector.matchLabels).toEqual(labels);
  for (const { kind, spec: other } of objects) {
    const selector = other as { selector?: { matchLabels?: object }; scaleTargetRef?: { name: string } };
    if (kind === 'Service') expect(selector.selector).toEqual(labels);
    if (kind === 'PodDisruptionBudget') expect(selector.selector?.matchLabels).toEqual(labels);
    if (kind === 'HorizontalPodAutoscaler') expect(selector.scaleTargetRef?.name).toBe(service);
  }
});

test('each alert has a severity and an entry in the runbook, and no entry is without its alert', () => {
  const { groups } = parse(readFileSync(join(ROOT, 'infra/prometheus/rules/builder-ai.yml'), 'utf8')) as {
    groups: { rules: { alert: string; labels: { severity: string }; annotations: { runbook: string } }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  const headings = [...readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(
    ([, heading = '']) => `docs/runbook.md#${heading.toLowerCase().replaceAll(' ', '-')}`,
  );
  expect(rules.map(({ annotations }) => annotations.runbook).sort()).toEqual(headings.sort());
  for (const { alert, labels } of rules)
    expect([alert, labels.severity]).toEqual([alert, expect.stringMatching(/^(page|ticket)$/)]);
});

test('each service has an image, a manifest, a deployment to Railway and a place in compose', () => {
  const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { build?: { dockerfile: string } }>;
  };
  for (const service of SERVICES) {
    const dockerfile = `infra/docker/${service}.Dockerfile`;
    expect(services[service]?.build?.dockerfile).toBe(dockerfile);
    expect(JSON.parse(readFileSync(join(ROOT, `infra/railway/${service}.json`), 'utf8')).build.dockerfilePath).toBe(
      dockerfile,
    );
    expect(readFileSync(join(ROOT, dockerfile), 'utf8')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  }
});

test('compose publishes on the loopback only and gives no password away', () => {
  const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { ports?: string[]; environment?: Record<string, string> }>;
  };
  for (const { ports = [], environment = {} } of Object.values(services)) {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|KEY|SECRET/.test(name)) expect(value).toMatch(/^(\$\{|\/run\/secrets\/)/);
    }
  }
});

test('the guide to Kubernetes makes each secret that the manifests ask for', () => {
  const asked = listFiles()
    .filter(({ path }) => path.startsWith('k8s/base/'))
    .flatMap(({ text }) => [...text.matchAll(/secretRef:\n\s+name: (\S+)/g)].map(([, name]) => name));
  const guide = readFileSync(join(ROOT, 'k8s/README.md'), 'utf8');
  const made = [...guide.matchAll(/create secret generic (\S+)/g)].map(([, name]) => name);
  expect([...new Set(asked)].sort()).toEqual(made.sort());
});

test('what a service calls outside of the cluster is let through to it: models, tool servers, receivers of webhooks', () => {
  type Rule = { to?: { ipBlock?: object; namespaceSelector?: { matchLabels: object } }[] };
  const policies = readManifests('network-policies.yaml') as unknown as {
    metadata: { name: string };
    spec: { podSelector: { matchExpressions?: { values: string[] }[] }; egress?: Rule[] };
  }[];
  const reachesInternet = policies
    .filter(({ spec }) => spec.egress?.some(({ to }) => to?.some(({ ipBlock }) => ipBlock)))
    .map(({ metadata }) => metadata.name);
  // Who opens the platform's way to addresses that others have named, and who has clients of models.
  const calls = SERVICES.filter((service) =>
    listFiles().some(
      ({ path, text }) =>
        path.startsWith(`services/${service}/src/`) &&
        /openOutgoing\(|_BASE_URL:/.test(text) &&
        !/\.test\.ts$/.test(path),
    ),
  );
  expect(reachesInternet.sort()).toEqual(calls.sort());
  const telemetry = policies.find(({ metadata }) => metadata.name === 'telemetry');
  expect(telemetry?.spec.podSelector.matchExpressions?.[0]?.values).toEqual(SERVICES);
});
