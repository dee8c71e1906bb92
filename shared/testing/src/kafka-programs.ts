// Apache Kafka's jar files, fetched once by Maven and kept for the user, and the programs that they need.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const VERSION = '4.4.0';
const POM = fileURLToPath(new URL('../../../infra/kafka/pom.xml', import.meta.url));

/** Debian's packages of the programs. */
const PACKAGES = { java: 'default-jre-headless', openssl: 'openssl', mvn: 'maven' };
type Program = keyof typeof PACKAGES;

const run = promisify(execFile);

/**
 * The class path of the broker; Java and OpenSSL are there then.
 * @throws Error that says what to install when a program is missing and may not be installed here
 */
export async function findKafkaJars(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'builder-ai');
  const jars = join(cache, `kafka-${VERSION}`);
  const fetched = existsSync(jars);
  await ensurePrograms(fetched ? ['java', 'openssl'] : ['java', 'openssl', 'mvn']);
  if (!fetched) await fetchJars(cache, jars);
  return join(jars, '*');
}

async function ensurePrograms(programs: Program[]): Promise<void> {
  const missing = () => programs.filter((program) => !isOnPath(program));
  const packages = missing().map((program) => PACKAGES[program]);
  if (packages.length === 0) return;
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    // Another run may be installing the same.
    const install = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...packages];
    await run('apt-get', ['update', '-qq'], options);
    await run('apt-get', install, options);
  }
  const still = missing();
  if (still.length === 0) return;
  throw new Error(
    `A real Apache Kafka for tests needs ${still.join(', ')}: install them (Debian: apt-get install ${packages.join(' ')}).`,
  );
}

const isOnPath = (program: string) =>
  (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, program)));

/** Under another name until it is complete: two runs may fetch at once, and one that is killed leaves nothing half done. */
async function fetchJars(cache: string, jars: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${jars}-`);
  try {
    cpSync(POM, join(unfinished, 'pom.xml'));
    const target = join(unfinished, 'jars');
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`];
    await run('mvn', ['-q', '-B', '-f', join(unfinished, 'pom.xml'), ...goal]);
    renameSync(target, jars);
  } catch (error) {
    // The other run was sooner.
    if (!existsSync(jars)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
