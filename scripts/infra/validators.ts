// What checks the files that operators are given, and which files each looks at.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findKubernetesSchemas } from './kubernetes-schemas.ts';
import { OVERLAYS } from './overlays.ts';
import { type Outcome, runTool } from './run-tool.ts';
import { findTool } from './tools.ts';

export type Validator = {
  name: string;
  /** @param root a copy of the repository's folders infra, k8s, .github and its compose file, or the repository itself */
  run(root: string): Promise<Outcome>;
};

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
  ...Object.keys(OVERLAYS).map((overlay) => ({
    name: `Manifests of ${overlay}: schemas`,
    async run(root: string) {
      const manifests = await build(root, overlay);
      if (manifests.code !== 0) return manifests;
      const args = ['-strict', '-summary', '-schema-location', await findKubernetesSchemas(), '-'];
      return runTool(await findTool('kubeconform'), args, root, manifests.output);
    },
  })),
  ...Object.keys(OVERLAYS).map((overlay) => ({
    name: `Manifests of ${overlay}: practice`,
    async run(root: string) {
      const manifests = await build(root, overlay);
      if (manifests.code !== 0) return manifests;
      const ignored = NOT_OURS.flatMap((test) => ['--ignore-test', test]);
      const args = ['score', '--output-format', 'ci', '--exit-one-on-warning', ...ignored, '-'];
      return runTool(await findTool('kube-score'), args, root, manifests.output);
    },
  })),
];

function byTool(name: string, tool: string, toArgs: (root: string) => string[]): Validator {
  return { name, run: async (root) => runTool(await findTool(tool), toArgs(root), root) };
}

const build = async (root: string, overlay: string) => runTool(await findTool('kustomize'), ['build', overlay], root);
