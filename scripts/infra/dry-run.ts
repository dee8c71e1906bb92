// What a real API server says of the manifests: defaults, admission and the restricted profile, which schemas know nothing of.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { KubeApiServer } from './kube-api-server.ts';
import { moduleDirectory, OPERATOR } from './kubernetes-schemas.ts';
import { findTool } from './tools.ts';
import type { Outcome } from './validators.ts';

export const OVERLAYS = {
  'k8s/overlays/dev': 'builder-ai-dev',
  'k8s/overlays/prod': 'builder-ai',
  'k8s/overlays/prod-by-lag': 'builder-ai',
} as const;

const PROFILE = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
const PHASE = ['-l', 'builder-ai/phase=prepare'];

/** Makes the namespaces, which enforce the restricted profile, and the kind of ServiceMonitor. */
export async function prepareServer({ kubeconfig }: KubeApiServer, root: string): Promise<void> {
  const operator = await moduleDirectory(`github.com/prometheus-operator/prometheus-operator@v${OPERATOR}`);
  const kinds = join(operator, 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml');
  const steps = [
    ['create', '-f', kinds],
    ['wait', '--for=condition=Established', '--timeout=30s', 'crd/servicemonitors.monitoring.coreos.com'],
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

async function kubectl(kubeconfig: string, args: string[], cwd: string): Promise<Outcome> {
  const program = await findTool('kubectl');
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--kubeconfig', kubeconfig, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
