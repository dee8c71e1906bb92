// `npm run measure:images`: how large each service's image would be without its base: the files that its Dockerfile copies, made as it
// makes them and compressed as a registry keeps them. Needs no container engine.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const SERVICES = ['gateway', 'task-service', 'agent-service', 'notification-service'];
// What else an image may be of, in MiB: 250, 350 with git and bubblewrap.
const LIMITS: Record<string, number> = { 'agent-service': 350 };
const LIMIT = 250;
const MIB = 1024 * 1024;

async function measure(service: string): Promise<number> {
  const dockerfile = readFileSync(join(root, 'infra/docker', `${service}.Dockerfile`), 'utf8');
  const [, workspaces = ''] = dockerfile.match(/install-needed\.sh (.+)$/m) ?? [];
  const paths = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path]) => path as string);
  const copy = mkdtempSync(join(tmpdir(), `builder-image-${service}-`));
  try {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      maxBuffer: 1e8,
    })
      .toString()
      .split('\0');
    // What the build makes: the database clients, and the web client.
    const made = ['services/task-service', 'services/agent-service', 'services/notification-service', 'gateway'].map(
      (workspace) => `${workspace}/src/generated`,
    );
    for (const path of [...files.filter(Boolean), ...made, ...(paths.includes('web/dist') ? ['web/dist'] : [])])
      cpSync(join(root, path), join(copy, path), { recursive: true });
    execFileSync('sh', ['infra/docker/install-needed.sh', ...workspaces.split(' ')], { cwd: copy, stdio: 'inherit' });
    checkComplete(copy, workspaces.split(' ')[0] as string);
    return await compressedSize(copy, paths);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Loads all that the service may load. @throws Error that names what is missing */
function checkComplete(directory: string, workspace: string): void {
  const telemetry = ['open-traces', 'open-error-reports'].map((name) => `/shared/platform/src/telemetry/${name}.ts`);
  const modules = [`/${workspace}/src/compose.ts`, ...telemetry, '/shared/platform/src/bus/kafka/with-kafka-bus.ts'];
  const load = `for (const module of ${JSON.stringify(modules)}) await import('.' + module); process.exit(0);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', load];
  execFileSync(process.execPath, args, { cwd: directory, stdio: 'inherit' });
}

async function compressedSize(directory: string, paths: string[]): Promise<number> {
  const tar = spawn('tar', ['-cf', '-', '-C', directory, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] });
  let bytes = 0;
  for await (const chunk of tar.stdout.pipe(createGzip())) bytes += (chunk as Buffer).length;
  return bytes;
}

// As every image's build does.
if (!existsSync(join(root, 'web/dist'))) execFileSync('npm', ['run', 'build', '-w', 'web'], { cwd: root });
let failed = false;
for (const service of SERVICES) {
  const mib = (await measure(service)) / MIB;
  const limit = LIMITS[service] ?? LIMIT;
  console.log(`${service}: ${mib.toFixed(1)} MiB compressed, beside its base image; ${limit} are allowed for both`);
  failed ||= mib > limit;
}
process.exitCode = failed ? 1 : 0;
