// A real Apache Kafka for tests: one KRaft node on loopback, on data of its own.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePort } from '@builder-ai/local/free-port';
import { findKafkaJars } from './kafka-programs.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export type TestKafka = ServerProcess & {
  broker: string;
  /** The same broker behind SASL (PLAIN, SCRAM), for the user `builder` with this password. */
  sasl: { broker: string; password: string };
  /** The same broker behind TLS, and the file with the authority that vouches for it. */
  tls: { broker: string; caFile: string };
  /** Stops it and removes its data. */
  close(): Promise<void>;
};

const PROPERTIES = fileURLToPath(new URL('../../../infra/kafka/server.properties', import.meta.url));

const JAVA = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
const run = promisify(execFile);

/** Kills it when this process dies. @throws Error that says what to install, when something is missing */
export async function startTestKafka(): Promise<TestKafka> {
  const jars = await findKafkaJars();
  const root = mkdtempSync(join(tmpdir(), 'builder-test-kafka-'));
  try {
    const [port, saslPort, tlsPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const password = randomBytes(12).toString('hex');
    const caFile = await makeCertificate(root);
    const properties = join(root, 'server.properties');
    const values: Record<string, string> = {
      PORT: String(port),
      SASL_PORT: String(saslPort),
      TLS_PORT: String(tlsPort),
      CONTROLLER_PORT: String(await findFreePort()),
      SASL_PASSWORD: password,
      KEYSTORE: join(root, 'keystore.pem'),
      DATA: join(root, 'data'),
    };
    const text = readFileSync(PROPERTIES, 'utf8').replace(/\{(\w+)\}/g, (_all, name: string) => values[name] as string);
    writeFileSync(properties, text, { mode: 0o600 });
    await format(jars, properties, password);
    const args = [...JAVA, QUIET, '-cp', jars, 'kafka.Kafka', properties];
    const server = await startServerProcess({ command: 'java', args, port });
    return {
      ...server,
      broker: `127.0.0.1:${port}`,
      sasl: { broker: `127.0.0.1:${saslPort}`, password },
      tls: { broker: `127.0.0.1:${tlsPort}`, caFile },
      async close() {
        await server.kill();
        rmSync(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

async function format(jars: string, properties: string, password: string): Promise<void> {
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=builder,password=${password}]`,
  ]);
  // A UUID in base64; one that begins with a dash would be taken for an option.
  const id = randomBytes(16).toString('base64url').replace(/^-/, '_');
  await run('java', [
    ...['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', QUIET, '-cp', jars],
    ...['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties, ...scram],
  ]);
}

/** A key with a certificate that vouches for itself, in one file for the broker. @returns the file for those who check it */
async function makeCertificate(root: string): Promise<string> {
  const [key, certificate] = [join(root, 'key.pem'), join(root, 'ca.pem')];
  await run('openssl', [
    ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ]);
  const both = readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8');
  writeFileSync(join(root, 'keystore.pem'), both, { mode: 0o600 });
  return certificate;
}
