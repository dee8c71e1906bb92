// Builds an image by its Dockerfile, as it is.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../infra/run-tool.ts';
import type { Engine } from './engine.ts';

export type ImageSize = { compressedBytes: number; baseBytes: number };

/** @returns its size as a registry keeps it, and what of that its base is */
export async function buildImage(engine: Engine, root: string, service: string): Promise<ImageSize> {
  const work = mkdtempSync(join(tmpdir(), 'builder-image-'));
  try {
    await engine.podman(
      ...['build', '--format', 'docker', '--isolation', 'chroot', '--network', 'host', '--pull=never'],
      ...npmSettings(work),
      ...['--file', join(root, `infra/docker/${service}.Dockerfile`), '--tag', `builder-ai/${service}`, root],
    );
    return await measure(engine, `builder-ai/${service}`, join(work, 'image.tar'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The registry of this machine's npm and whom it trusts, as npm's settings for all, for the time of the build: no image keeps them. */
function npmSettings(work: string): string[] {
  const read = (key: string) => execFileSync('npm', ['config', 'get', key], { encoding: 'utf8' }).trim();
  const cafile = process.env.NODE_EXTRA_CA_CERTS || read('cafile');
  const trusted = cafile && cafile !== 'null' ? '/run/builder-ai-authorities.pem' : undefined;
  const npmrc = join(work, 'npmrc');
  writeFileSync(npmrc, `registry=${read('registry')}\n${trusted ? `cafile=${trusted}\n` : ''}`);
  const mounts = [`${npmrc}:/usr/local/etc/npmrc:ro`, ...(trusted ? [`${cafile}:${trusted}:ro`] : [])];
  return mounts.flatMap((mount) => ['--volume', mount]);
}

type Descriptor = { digest: string; size: number };

async function measure(engine: Engine, image: string, archive: string): Promise<ImageSize> {
  await engine.podman('save', '--quiet', '--format', 'oci-archive', '--output', archive, image);
  const read = async (path: string) => {
    const { code, output } = await runTool('tar', ['-xOf', archive, path], '/');
    if (code !== 0) throw new Error(output);
    return JSON.parse(output);
  };
  const blob = ({ digest }: Descriptor) => read(`blobs/${digest.replace(':', '/')}`);
  const { manifests } = (await read('index.json')) as { manifests: [Descriptor] };
  const { layers } = (await blob(manifests[0])) as { layers: Descriptor[] };
  const compressedBytes = layers.reduce((sum, { size }) => sum + size, 0);
  return { compressedBytes, baseBytes: layers[0]?.size ?? 0 };
}
