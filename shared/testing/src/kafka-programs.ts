// Apache Kafka's jar files, fetched once by Maven and kept for the user.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const VERSION = '4.4.0';
const POM = fileURLToPath(new URL('../../../infra/kafka/pom.xml', import.meta.url));

/**
 * The class path of the broker.
 * @throws Error that says what to install when Java or Maven are missing
 */
export async function findKafkaJars(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'builder-ai');
  const jars = join(cache, `kafka-${VERSION}`);
  if (!existsSync(jars)) await fetchJars(cache, jars);
  return join(jars, '*');
}

/** Under another name until it is complete: two runs may fetch at once, and one that is killed leaves nothing half done. */
async function fetchJars(cache: string, jars: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(`${jars}-`);
  try {
    cpSync(POM, join(unfinished, 'pom.xml'));
    const target = join(unfinished, 'jars');
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`];
    await promisify(execFile)('mvn', ['-q', '-B', '-f', join(unfinished, 'pom.xml'), ...goal]);
    if (!existsSync(jars)) renameSync(target, jars);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('Apache Kafka needs Java and Maven: install them (Debian: default-jre-headless, maven).');
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
