// What checks the files that operators are given, and which files each looks at.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBroker } from './check-broker.ts';
import { checkPanels } from './check-panels.ts';
import { findCollector } from './collector-program.ts';
import { findKubernetesSchemas } from './kubernetes-schemas.ts';
import { OVERLAYS } from './overlays.ts';
import { type Outcome, runTool } from './run-tool.ts';
import { findTool } from './tools.ts';

export type Validator = {
  name: string;
  /** The files that it looks at, by their paths in the repository. */
  covers: RegExp;
  /** @param root a copy of the repository's folders infra, k8s, .github and its compose file, or the repository itself */
  run(root: string): Promise<Outcome>;
};

/** kube-score's rules that we keep otherwise; the manifests' README says why of each. */
const NOT_OURS = [
  'container-image-pull-policy',
  'container-ephemeral-storage-request-and-limit',
  'pod-probes-identical',
];

const schemaFile = (name: string) => fileURLToPath(new URL(`schemas/${name}.json`, import.meta.url));

/** Of a folder, the files whose names end so. */
const list = (root: string, folder: string, end: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end) && !name.includes('node_modules'))
    .map((name) => join(folder, name));

export const validators: readonly Validator[] = [
  byTool('Alert rules', /^infra\/prometheus\/rules\/builder-ai\.yml$/, 'promtool', () => [
    ...['check', 'rules', 'infra/prometheus/rules/builder-ai.yml'],
  ]),
  byTool('Alert rules by their tests', /^infra\/prometheus\/tests\/builder-ai\.yml$/, 'promtool', () => [
    ...['test', 'rules', 'infra/prometheus/tests/builder-ai.yml'],
  ]),
  byTool('Prometheus', /^infra\/prometheus\/prometheus\.yml$/, 'promtool', () => [
    ...['check', 'config', 'infra/prometheus/prometheus.yml'],
  ]),
  byTool('Dockerfiles', /^infra\/docker\/(.+\.)?Dockerfile$/, 'hadolint', (root) => [
    ...['--failure-threshold', 'style'],
    ...list(root, 'infra/docker', 'Dockerfile'),
  ]),
  byTool('Shell scripts', /^infra\/.*\.sh$/, 'shellcheck', (root) => list(root, 'infra', '.sh')),
  bySchema('Compose', /^docker-compose\.yml$/, ['--builtin-schema', 'vendor.compose-spec']),
  byTool('Workflows', /^\.github\/workflows\/[\w-]+\.yml$/, 'actionlint', (root) => [
    '-no-color',
    ...list(root, '.github/workflows', '.yml'),
  ]),
  bySchema('Dependency updates', /^\.github\/dependabot\.yml$/, ['--builtin-schema', 'vendor.dependabot']),
  bySchema('Railway', /^infra\/railway\/[\w-]+\.json$/, ['--schemafile', schemaFile('railway')]),
  bySchema('Vercel', /^infra\/vercel\/vercel\.json$/, ['--schemafile', schemaFile('vercel')]),
  bySchema('Places of dashboards', /^infra\/grafana\/provisioning\/dashboards\/[\w-]+\.yml$/, [
    ...['--schemafile', schemaFile('grafana-dashboards')],
  ]),
  bySchema('Sources of data', /^infra\/grafana\/provisioning\/datasources\/[\w-]+\.yml$/, [
    ...['--schemafile', schemaFile('grafana-datasources')],
  ]),
  bySchema('System calls', /^k8s\/seccomp\/[\w-]+\.json$/, ['--schemafile', schemaFile('seccomp')]),
  { name: 'Panels', covers: /^infra\/grafana\/dashboards\/[\w-]+\.json$/, run: checkPanels },
  {
    name: 'Collector',
    covers: /^infra\/collector\/config\.yml$/,
    run: async (root) => runTool(await findCollector(), ['validate', '--config=infra/collector/config.yml'], root),
  },
  { name: 'Broker', covers: /^infra\/kafka\/server\.properties$/, run: checkBroker },
  byTool("The broker's packages", /^infra\/kafka\/pom\.xml$/, 'mvn', () => [
    ...['--offline', '--batch-mode', '--quiet', '--file', 'infra/kafka/pom.xml', 'validate'],
  ]),
  ...Object.keys(OVERLAYS).map((overlay) => ({
    name: `Manifests of ${overlay}: schemas`,
    covers: new RegExp(`^(${overlay}|k8s/base|k8s/components)/[^/].*\\.(yaml|env)$`),
    async run(root: string) {
      const manifests = await build(root, overlay);
      if (manifests.code !== 0) return manifests;
      const args = ['-strict', '-summary', '-schema-location', await findKubernetesSchemas(), '-'];
      return runTool(await findTool('kubeconform'), args, root, manifests.output);
    },
  })),
  ...Object.keys(OVERLAYS).map((overlay) => ({
    name: `Manifests of ${overlay}: practice`,
    covers: new RegExp(`^(${overlay}|k8s/base|k8s/components)/[^/].*\\.(yaml|env)$`),
    async run(root: string) {
      const manifests = await build(root, overlay);
      if (manifests.code !== 0) return manifests;
      const ignored = NOT_OURS.flatMap((test) => ['--ignore-test', test]);
      const args = ['score', '--output-format', 'ci', '--exit-one-on-warning', ...ignored, '-'];
      return runTool(await findTool('kube-score'), args, root, manifests.output);
    },
  })),
];

function byTool(name: string, covers: RegExp, tool: string, toArgs: (root: string) => string[]): Validator {
  return { name, covers, run: async (root) => runTool(await findTool(tool), toArgs(root), root) };
}

/** check-jsonschema on all files that it covers, JSON or YAML. */
function bySchema(name: string, covers: RegExp, schema: string[]): Validator {
  return byTool(name, covers, 'check-jsonschema', (root) => [
    ...schema,
    ...['infra', 'k8s', '.github']
      .flatMap((folder) => [...list(root, folder, '.json'), ...list(root, folder, '.yml')])
      .concat('docker-compose.yml')
      .filter((path) => covers.test(path)),
  ]);
}

const build = async (root: string, overlay: string) => runTool(await findTool('kustomize'), ['build', overlay], root);
