// A real API server of Kubernetes without a cluster: etcd from Debian, kube-apiserver built from Go's module proxy (once, some
// minutes), kubectl from PyPI. It has no nodes and no controllers: it takes objects, or says what is wrong with them.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort } from '@builder-ai/local/free-port';
import { KUBERNETES, moduleFile } from './kubernetes-schemas.ts';
import { CACHE, findTool } from './tools.ts';

const run = promisify(execFile);

export type KubeApiServer = {
  /** What kubectl needs to reach it as its administrator. */
  kubeconfig: string;
  close(): Promise<void>;
};

const READY_LIMIT_MS = 60_000;
const POLL_MS = 250;
const TOKEN = 'administrator-of-a-server-without-nodes';

const MAIN = `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
`;

/** Where kube-apiserver is; it is built when it is not there. */
async function findKubeApiServer(): Promise<string> {
  const program = join(CACHE, 'go', `kube-apiserver-${KUBERNETES}`);
  if (existsSync(program)) return program;
  console.log(`Building kube-apiserver ${KUBERNETES} (some minutes, once) …`);
  const source = mkdtempSync(join(tmpdir(), 'builder-kube-apiserver-'));
  try {
    const file = readFileSync(await moduleFile(`k8s.io/kubernetes@v${KUBERNETES}`), 'utf8');
    // What lies beside it in its repository has modules of its own, with the same version but for the first number.
    const staged = [...file.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)].map(([, name]) => name);
    const version = `v${KUBERNETES.replace(/^1/, '0')}`;
    const replaced = staged.map((name) => `replace ${name} => ${name} ${version}`);
    const [go = 'go 1.26'] = file.match(/^go \S+/m) ?? [];
    const lines = ['module kubeapiserver', go, `require k8s.io/kubernetes v${KUBERNETES}`, ...replaced];
    writeFileSync(join(source, 'go.mod'), `${lines.join('\n')}\n`);
    writeFileSync(join(source, 'main.go'), MAIN);
    const options = { cwd: source, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 1e8 };
    await run('go', ['mod', 'tidy'], options);
    const named = `-s -w -X k8s.io/component-base/version.gitVersion=v${KUBERNETES}`;
    mkdirSync(join(CACHE, 'go'), { recursive: true });
    await run('go', ['build', '-trimpath', '-ldflags', named, '-o', `${program}.${process.pid}`, '.'], options);
    renameSync(`${program}.${process.pid}`, program);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
  return program;
}

/** Starts one with nothing in it, on the loopback. */
export async function startKubeApiServer(): Promise<KubeApiServer> {
  const [etcd, program, kubectl] = [await findTool('etcd'), await findKubeApiServer(), await findTool('kubectl')];
  const directory = mkdtempSync(join(tmpdir(), 'builder-kube-'));
  const place = (name: string) => join(directory, name);
  const children: ChildProcess[] = [];
  let said = '';
  const start = (file: string, args: string[]) => {
    const child = spawn(file, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString('utf8')).slice(-4_000);
      });
    children.push(child);
  };
  const close = async () => {
    for (const child of [...children].reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      // Nothing of it is kept.
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [client, peer, port] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const [clientUrl, peerUrl] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
    start(etcd, [
      `--data-dir=${place('etcd')}`,
      ...[`--listen-client-urls=${clientUrl}`, `--advertise-client-urls=${clientUrl}`],
      ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      `--initial-cluster=default=${peerUrl}`,
    ]);
    writeFileSync(place('sa.key'), newKey(), { mode: 0o600 });
    writeFileSync(place('tokens.csv'), `${TOKEN},administrator,administrator,system:masters\n`, { mode: 0o600 });
    start(program, [
      `--etcd-servers=${clientUrl}`,
      ...['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`],
      `--cert-dir=${place('certificates')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      ...[`--service-account-key-file=${place('sa.key')}`, `--service-account-signing-key-file=${place('sa.key')}`],
      ...[`--token-auth-file=${place('tokens.csv')}`, '--authorization-mode=RBAC'],
      '--service-cluster-ip-range=10.0.0.0/24',
    ]);
    const kubeconfig = place('kubeconfig');
    writeFileSync(kubeconfig, toKubeconfig(`https://127.0.0.1:${port}`), { mode: 0o600 });
    for (const started = performance.now(); ; await delay(POLL_MS)) {
      const ready = run(kubectl, ['--kubeconfig', kubeconfig, 'get', '--raw', '/readyz']);
      if (
        await ready.then(
          () => true,
          () => false,
        )
      )
        break;
      if (performance.now() - started > READY_LIMIT_MS) throw new Error(`kube-apiserver did not start:\n${said}`);
    }
    return { kubeconfig, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Signs tokens of service accounts, of which there will be none. */
function newKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
}

function toKubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    // It signs its certificate itself, on the loopback of this machine.
    clusters: [{ name: 'local', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'administrator', user: { token: TOKEN } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'administrator' } }],
    'current-context': 'local',
  });
}
