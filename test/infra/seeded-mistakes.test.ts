// Each validator finds a mistake of the kind that it is there for: what finds nothing proves nothing.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Validator, validators } from '../../scripts/infra/validators.ts';
import { ROOT } from '../tidy/source-files.ts';

let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'builder-infra-'));
  const filter = (path: string) => !path.includes('node_modules');
  for (const name of ['infra', 'k8s', '.github', 'docker-compose.yml'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter });
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

type Mistake = { file: string; right: string; wrong: string; found: RegExp };

const RULES = 'infra/prometheus/rules/builder-ai.yml';
const MISTAKES: Record<string, Mistake> = {
  'Alert rules': { file: RULES, right: 'max by (service) (dead', wrong: 'max by (service (dead', found: /parse error/ },
  'Alert rules by their tests': {
    file: RULES,
    right: 'outbox_oldest_seconds) > 30',
    wrong: 'outbox_oldest_seconds) > 300',
    found: /OutboxGrows/,
  },
  Prometheus: {
    file: 'infra/prometheus/prometheus.yml',
    right: 'scrape_interval: 15s',
    wrong: 'scrap_interval: 15s',
    found: /scrap_interval/,
  },
  Dockerfiles: {
    file: 'infra/docker/gateway.Dockerfile',
    right: 'FROM node:24.21.0-bookworm-slim\n',
    wrong: 'FROM node:latest\n',
    found: /DL3007|DL3006/,
  },
  Compose: { file: 'docker-compose.yml', right: '  read_only: true', wrong: '  readonly: true', found: /readonly/ },
  Workflows: { file: '.github/workflows/ci.yml', right: 'needs: test', wrong: 'needs: tests', found: /tests/ },
  'Dependency updates': {
    file: '.github/dependabot.yml',
    right: 'package-ecosystem: npm',
    wrong: 'package-ecosystem: nmp',
    found: /nmp/,
  },
  'Shell scripts': {
    file: 'infra/docker/make-secrets.sh',
    right: '[ -s "$file" ] && continue',
    wrong: '[ -s $file ] && continue',
    found: /SC2086/,
  },
  Railway: {
    file: 'infra/railway/task-service.json',
    right: '"restartPolicyType": "ON_FAILURE"',
    wrong: '"restartPolicyType": "ON_FAIL"',
    found: /ON_FAIL/,
  },
  Vercel: { file: 'infra/vercel/vercel.json', right: '"rewrites"', wrong: '"rewrite"', found: /rewrite/ },
  'Places of dashboards': {
    file: 'infra/grafana/provisioning/dashboards/builder-ai.yml',
    right: 'type: file',
    wrong: 'type: files',
    found: /providers\[0\]\.type/,
  },
  'Sources of data': {
    file: 'infra/grafana/provisioning/datasources/prometheus.yml',
    right: 'url: http',
    wrong: 'adress: http',
    found: /adress/,
  },
  'System calls': {
    file: 'k8s/seccomp/bubblewrap.json',
    right: 'SCMP_ACT_ERRNO',
    wrong: 'SCMP_ACT_EPERM',
    found: /SCMP_ACT_EPERM/,
  },
  Panels: {
    file: 'infra/grafana/dashboards/builder-ai-spine.json',
    right: 'max by (service) (outbox_waiting)',
    wrong: 'max by (service (outbox_waiting)',
    found: /parse error/,
  },
  Collector: {
    file: 'infra/collector/config.yml',
    right: 'exporters: [debug]',
    wrong: 'exporters: [debugger]',
    found: /debugger/,
  },
  Broker: {
    file: 'infra/kafka/server.properties',
    right: 'process.roles=broker,controller',
    wrong: 'process.roles=brokers,controller',
    found: /process\.roles/,
  },
  "The broker's packages": {
    file: 'infra/kafka/pom.xml',
    right: '<packaging>pom</packaging>',
    wrong: '<packing>pom</packing>',
    found: /packing/,
  },
  ...Object.fromEntries(
    ['dev', 'prod', 'prod-by-lag'].flatMap((overlay): [string, Mistake][] => [
      [
        `Manifests of k8s/overlays/${overlay}: schemas`,
        {
          file: 'k8s/base/task-service.yaml',
          right: 'failureThreshold:',
          wrong: 'failureTreshold:',
          found: /failureTreshold/,
        },
      ],
      [
        `Manifests of k8s/overlays/${overlay}: practice`,
        {
          file: 'k8s/base/task-service.yaml',
          right: 'readOnlyRootFilesystem: true',
          wrong: 'readOnlyRootFilesystem: false',
          found: /\[CRITICAL\] task-service/,
        },
      ],
    ]),
  ),
};

test.each(validators.map((validator): [string, Validator] => [validator.name, validator]))(
  '%s: right as it is, and a mistake is found',
  async (name, validator) => {
    const mistake = MISTAKES[name];
    if (!mistake) throw new Error(`There is no mistake for ${name}: seed one.`);
    expect(await validator.run(copy)).toMatchObject({ code: 0 });
    const file = join(copy, mistake.file);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(mistake.right);
    writeFileSync(file, text.replace(mistake.right, mistake.wrong));
    const { code, output } = await validator.run(copy);
    expect(code).not.toBe(0);
    expect(output).toMatch(mistake.found);
  },
  300_000,
);
