// What only a real API server finds: it takes the manifests as they are, and none with such a mistake.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dryRun, dryRunLine, prepareServer } from '../../scripts/infra/dry-run.ts';
import { type KubeApiServer, startKubeApiServer } from '../../scripts/infra/kube-api-server.ts';
import { OVERLAYS } from '../../scripts/infra/overlays.ts';
import { ROOT } from '../tidy/source-files.ts';

// On a machine that has it not it is built first.
const BUILD_LIMIT_MS = 1_800_000;
const LIMIT_MS = 120_000;

let server: KubeApiServer;
let copy: string;

beforeAll(async () => {
  server = await startKubeApiServer();
  await prepareServer(server, ROOT);
}, BUILD_LIMIT_MS);

afterAll(() => server?.close());

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'builder-k8s-'));
  cpSync(join(ROOT, 'k8s'), join(copy, 'k8s'), { recursive: true });
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

test.each(Object.keys(OVERLAYS))(
  '%s is taken, its jobs first',
  async (overlay) => {
    const { code, output } = await dryRun(server, copy, overlay);
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('job.batch/migrate-task-service created (server dry run)'),
    ]);
    // The jobs, what they need, and then everything.
    expect(output.match(/job\.batch\/topics created/g)).toHaveLength(2);
    expect(output.match(/deployment\.apps\/gateway created/g)).toHaveLength(1);
  },
  LIMIT_MS,
);

test(
  "the guide's line makes alert rules for the Prometheus operator, and one that is wrong is found",
  async () => {
    cpSync(join(ROOT, 'infra/prometheus'), join(copy, 'infra/prometheus'), { recursive: true });
    const lines = readFileSync(join(ROOT, 'k8s/README.md'), 'utf8').split('\n');
    const line = lines.find((text) => text.includes('kind: PrometheusRule')) as string;
    const taken = await dryRunLine(server, copy, line);
    expect([taken.code, taken.output]).toEqual([0, expect.stringContaining('builder-ai created (server dry run)')]);
    const rules = join(copy, 'infra/prometheus/rules/builder-ai.yml');
    writeFileSync(rules, readFileSync(rules, 'utf8').replace('        for: 1m', '        for: a minute'));
    const refused = await dryRunLine(server, copy, line);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('groups[0].rules[0].for')]);
  },
  LIMIT_MS,
);

test.each([
  [
    'a selector that is not for its pods',
    '    matchLabels:\n      app.kubernetes.io/name: task-service\n  template',
    '    matchLabels:\n      app.kubernetes.io/name: tasks\n  template',
    /`selector` does not match template `labels`/,
  ],
  ['a request above the limit', 'memory: 256Mi', 'memory: 2Gi', /must be less than or equal to memory limit/],
  [
    'a probe of a port that has no name',
    'port: http\n            periodSeconds: 10',
    'port: "not a port"\n            periodSeconds: 10',
    /livenessProbe.httpGet.port/,
  ],
  [
    'what the restricted profile refuses',
    'drop: ["ALL"]',
    'add: ["NET_ADMIN"]',
    /would violate PodSecurity "restricted/,
  ],
])(
  '%s is found',
  async (_mistake, right, wrong, found) => {
    const file = join(copy, 'k8s/base/task-service.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(right);
    writeFileSync(file, text.replace(right, wrong));
    const { code, output } = await dryRun(server, copy, 'k8s/overlays/prod');
    expect([code, output]).toEqual([1, expect.stringMatching(found)]);
  },
  LIMIT_MS,
);
