// What checks the files that operators are given, and which files each looks at.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findKubernetesSchemas } from './kubernetes-schemas.ts';
import { findTool } from './tools.ts';

export type Outcome = { code: number; output: string };

export type Validator = {
  name: string;
  /** @param root a copy of the repository's folders infra, k8s, .github and its compose file, or the repository itself */
  run(root: string): Promise<Outcome>;
};

const OVERLAYS = ['k8s/overlays/dev', 'k8s/overlays/prod', 'k8s/overlays/prod-by-lag'];

/** kube-score's rules that we keep otherwise; the manifests' README says why of each. */
const NOT_OURS = [
  'container-image-pull-policy',
  'container-ephemeral-storage-request-and-limit',
  'pod-probes-identical',
];

export const validators: readonly Validator[] = [
  byTool('Alert rules', 'promtool', () => ['check', 'rules', 'infra/prometheus/rules/builder-ai.yml']),
  byTool('Alert rules by their tests', 'promtool', () => ['test', 'rules', 'infra/prometheus/tests/builder-ai.yml']),
  byTool('Prometheus', 'promtool', () => ['check', 'config', 'infra/prometheus/prometheus.yml']),
  byTool('Dockerfiles', 'hadolint', (root) => [
    '--failure-threshold',
    'style',
    ...readdirSync(join(root, 'infra/docker'))
      .filter((name) => name.endsWith('Dockerfile'))
      .map((name) => join('infra/docker', name)),
  ]),
  byTool('Compose', 'check-jsonschema', () => ['--builtin-schema', 'vendor.compose-spec', 'docker-compose.yml']),
  byTool('Workflows', 'actionlint', (root) => [
    '-no-color',
    ...readdirSync(join(root, '.github/workflows')).map((name) => join('.github/workflows', name)),
  ]),
  byTool('Dependency updates', 'check-jsonschema', () => [
    '--builtin-schema',
    'vendor.dependabot',
    '.github/dependabot.yml',
  ]),
  ...OVERLAYS.map((overlay) => ({
    name: `Manifests of ${overlay}: schemas`,
    async run(root: string) {
      const manifests = await build(root, overlay);
      if (manifests.code !== 0) return manifests;
      const args = ['-strict', '-summary', '-schema-location', await findKubernetesSchemas(), '-'];
      return start(await findTool('kubeconform'), args, root, manifests.output);
    },
  })),
  ...OVERLAYS.map((overlay) => ({
    name: `Manifests of ${overlay}: practice`,
    async run(root: string) {
      const manifests = await build(root, overlay);
      if (manifests.code !== 0) return manifests;
      const ignored = NOT_OURS.flatMap((test) => ['--ignore-test', test]);
      const args = ['score', '--output-format', 'ci', '--exit-one-on-warning', ...ignored, '-'];
      return start(await findTool('kube-score'), args, root, manifests.output);
    },
  })),
];

function byTool(name: string, tool: string, toArgs: (root: string) => string[]): Validator {
  return { name, run: async (root) => start(await findTool(tool), toArgs(root), root) };
}

const build = async (root: string, overlay: string) => start(await findTool('kustomize'), ['build', overlay], root);

function start(program: string, args: string[], cwd: string, input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    // Who does not read all of it has said enough.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
