// The image that ours are built on: from its registry, or made of Debian's packages and npm's Node where that cannot be reached.
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../infra/run-tool.ts';
import { CACHE } from '../infra/tools.ts';
import type { Engine } from './engine.ts';

const MIRROR = 'http://deb.debian.org/debian';
// What Debian's own image for containers leaves out.
const LEFT_OUT = ['usr/share/doc', 'usr/share/man', 'usr/share/info', 'usr/share/locale', 'usr/share/lintian'];
const LEFTOVERS = ['var/cache/apt', 'var/lib/apt/lists', 'var/log/apt'];

/**
 * @param name as the Dockerfiles have it, `node:24.21.0-bookworm-slim`
 * @param npm the version of npm that it holds
 * @returns where it is from
 */
export async function provideBaseImage(engine: Engine, name: string, npm: string): Promise<'registry' | 'made here'> {
  const full = `docker.io/library/${name}`;
  if ((await engine.tryPodman('pull', '--quiet', full)).code === 0) return 'registry';
  const archive = await makeArchive(name, npm);
  const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  await engine.podman('import', '--quiet', '--change', path, '--change', 'CMD ["node"]', archive, full);
  return 'made here';
}

/** Made once: it takes a minute. */
async function makeArchive(name: string, npm: string): Promise<string> {
  const [, version, suite] = name.match(/^node:([\d.]+)-(\w+)-slim$/) ?? [];
  if (!version || !suite) throw new Error(`${name} cannot be made here: it is not node:<version>-<suite>-slim.`);
  if (process.version !== `v${version}`)
    throw new Error(`${name} holds Node ${version}, and this is ${process.version}: run it by npm.`);
  const archive = join(CACHE, `${name.replace(':', '-')}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(CACHE, { recursive: true });
  console.log(`Making ${name} …`);
  const work = mkdtempSync(join(tmpdir(), 'builder-base-'));
  const root = join(work, 'root');
  const must = async (program: string, ...args: string[]) => {
    const { code, output } = await runTool(program, args, work);
    if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output.slice(-4_000)}`);
  };
  try {
    await must('debootstrap', '--variant=minbase', suite, root, MIRROR);
    for (const path of [...LEFT_OUT, ...LEFTOVERS]) rmSync(join(root, path), { recursive: true, force: true });
    for (const path of LEFTOVERS) mkdirSync(join(root, path), { recursive: true });
    cpSync(process.execPath, join(root, 'usr/local/bin/node'), { dereference: true });
    await must('npm', 'install', '--prefix', work, '--ignore-scripts', '--no-audit', '--no-fund', `npm@${npm}`);
    cpSync(join(work, 'node_modules/npm'), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
    for (const command of ['npm', 'npx'])
      symlinkSync(`../lib/node_modules/npm/bin/${command}-cli.js`, join(root, 'usr/local/bin', command));
    await must('chroot', root, 'useradd', '--uid', '1000', '--user-group', '--create-home', 'node');
    await must('tar', '-C', root, '--numeric-owner', '-cf', `${archive}.${process.pid}`, '.');
    renameSync(`${archive}.${process.pid}`, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return archive;
}
