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
  /** The same broker behind SASL/PLAIN, for the user `builder` with this password. */
  sasl: { broker: string; password: string };
  /** Stops it and removes its data. */
  close(): Promise<void>;
};

const PROPERTIES = fileURLToPath(new URL('../../../infra/kafka/server.properties', import.meta.url));

const JAVA = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

export async function startTestKafka(): Promise<TestKafka> {
  const jars = await findKafkaJars();
  const root = mkdtempSync(join(tmpdir(), 'builder-test-kafka-'));
  try {
    const [port, saslPort, controllerPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const password = randomBytes(12).toString('hex');
    const properties = join(root, 'server.properties');
    const values: Record<string, string> = {
      PORT: String(port),
      SASL_PORT: String(saslPort),
      CONTROLLER_PORT: String(controllerPort),
      SASL_PASSWORD: password,
      DATA: join(root, 'data'),
    };
    const text = readFileSync(PROPERTIES, 'utf8').replace(/\{(\w+)\}/g, (_all, name: string) => values[name] as string);
    writeFileSync(properties, text, { mode: 0o600 });
    const id = randomBytes(16).toString('base64url');
    await promisify(execFile)('java', [
      ...['-Xmx96m', '-XX:TieredStopAtLevel=1', QUIET, '-cp', jars],
      ...['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties],
    ]);
    const server = await startServerProcess({
      command: 'java',
      args: [...JAVA, QUIET, '-cp', jars, 'kafka.Kafka', properties],
      port,
    });
    return {
      ...server,
      broker: `127.0.0.1:${port}`,
      sasl: { broker: `127.0.0.1:${saslPort}`, password },
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
