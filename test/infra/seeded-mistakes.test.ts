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
  for (const name of ['infra/docker', 'infra/prometheus', 'k8s', '.github', 'docker-compose.yml'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
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
