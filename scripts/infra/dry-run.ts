// What a real API server says of the manifests: defaults, admission and the restricted profile, which schemas know nothing of.
import { join } from 'node:path';
import type { KubeApiServer } from './kube-api-server.ts';
import { moduleDirectory, OPERATOR } from './kubernetes-schemas.ts';
import { OVERLAYS } from './overlays.ts';
import { type Outcome, runTool } from './run-tool.ts';
import { findTool } from './tools.ts';

const PROFILE = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
const KINDS = ['servicemonitors', 'prometheusrules'];
const PHASE = ['-l', 'builder-ai/phase=prepare'];

/** Makes the namespaces, which enforce the restricted profile, and the Prometheus operator's kinds. */
export async function prepareServer({ kubeconfig }: KubeApiServer, root: string): Promise<void> {
  const operator = await moduleDirectory(`github.com/prometheus-operator/prometheus-operator@v${OPERATOR}`);
  const steps = [
    ...KINDS.flatMap((kind) => [
      ['create', '-f', join(operator, `example/prometheus-operator-crd/monitoring.coreos.com_${kind}.yaml`)],
      ['wait', '--for=condition=Established', '--timeout=30s', `crd/${kind}.monitoring.coreos.com`],
    ]),
    ...[...new Set(Object.values(OVERLAYS))].flatMap((namespace) => [
      ['create', 'namespace', namespace],
      ['label', 'namespace', namespace, ...PROFILE],
    ]),
  ];
  for (const step of steps) {
    const { code, output } = await kubectl(kubeconfig, step, root);
    if (code !== 0) throw new Error(`kubectl ${step.join(' ')}: ${output}`);
  }
}

/** Applies an overlay as the guide says, first its jobs and then all of it, and has the server keep nothing. */
export async function dryRun({ kubeconfig }: KubeApiServer, root: string, overlay: string): Promise<Outcome> {
  let output = '';
  for (const selector of [PHASE, []]) {
    const applied = await kubectl(
      kubeconfig,
      ['apply', '-k', overlay, '--dry-run=server', '--validate=strict', ...selector],
      root,
    );
    output += applied.output;
    if (applied.code !== 0) return { code: applied.code, output };
  }
  // Pods are made later, by controllers: what the profile would refuse of them is a warning now.
  return { code: /^Warning:/m.test(output) ? 1 : 0, output };
}

/** Runs a line of the guide, of which the server keeps nothing. */
export async function dryRunLine({ kubeconfig }: KubeApiServer, root: string, line: string): Promise<Outcome> {
  const kubectl = `${await findTool('kubectl')} --kubeconfig ${kubeconfig}`;
  const words = line
    .replaceAll('kubectl ', `${kubectl} `)
    .replaceAll(' apply ', ' apply --dry-run=server --validate=strict ');
  return runTool('sh', ['-c', words], root);
}

const kubectl = async (kubeconfig: string, args: string[], cwd: string): Promise<Outcome> =>
  runTool(await findTool('kubectl'), ['--kubeconfig', kubeconfig, ...args], cwd);
