// podman with a storage of its own, so that nobody's images and containers are touched, and nothing is left.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, runTool } from '../infra/run-tool.ts';
import { installPackages } from '../test/debian-packages.mjs';

export type Engine = {
  /** @returns what podman printed, errors included. @throws Error with that when it fails */
  podman(...args: string[]): Promise<string>;
  /** The same, for what may fail. */
  tryPodman(...args: string[]): Promise<Outcome>;
  close(): Promise<void>;
};

const PACKAGES = ['podman', 'runc', 'conmon', 'netavark', 'golang-github-containers-common', 'debootstrap'];
// The kernel's own overlays where it lets us, copies of whole layers elsewhere.
const DRIVERS = ['overlay', 'vfs'];

const isThere = async (program: string) => (await runTool('sh', ['-c', `command -v ${program}`], '/')).code === 0;

/** @returns the engine, or in a sentence why there is none */
export async function openEngine(): Promise<Engine | string> {
  if (process.platform !== 'linux') return 'images are built and run on Linux only.';
  if (process.getuid?.() !== 0) return 'images are built by root, without a daemon: run it as root.';
  if (!(await isThere('podman')) || !(await isThere('runc'))) await installPackages(PACKAGES);
  if (!(await isThere('podman'))) return 'podman is not there, and could not be installed: install it.';
  const storage = mkdtempSync(join(tmpdir(), 'builder-images-'));
  const place = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run')];
  // crun refuses machines where both versions of cgroups are mounted.
  const runtime = (await isThere('runc')) ? ['--runtime', 'runc'] : [];
  for (const driver of DRIVERS) {
    const general = [...place, '--storage-driver', driver, '--cgroup-manager', 'cgroupfs', ...runtime];
    const tryPodman = (...args: string[]) => runTool('podman', [...general, ...args], '/');
    if ((await tryPodman('info')).code !== 0) continue;
    return {
      tryPodman,
      async podman(...args) {
        const { code, output } = await tryPodman(...args);
        if (code !== 0) throw new Error(`podman ${args.slice(0, 2).join(' ')} … ended with ${code}:\n${output}`);
        return output;
      },
      async close() {
        await tryPodman('rm', '--all', '--force', '--time', '0');
        await tryPodman('rmi', '--all', '--force');
        rmSync(storage, { recursive: true, force: true });
      },
    };
  }
  rmSync(storage, { recursive: true, force: true });
  return 'podman can store no images here.';
}
