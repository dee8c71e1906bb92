// Has Kafka's own program read the broker's settings, as it does before a broker's first start.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKafkaJars } from '@builder-ai/testing/kafka-programs';
import { type Outcome, runTool } from './run-tool.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';

export async function checkBroker(root: string): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-broker-'));
  try {
    const values: Record<string, string> = {
      ...{ PORT: '9092', SASL_PORT: '9093', TLS_PORT: '9094', CONTROLLER_PORT: '9095', SASL_PASSWORD: 'secret' },
      ...{ KEYSTORE: join(directory, 'keystore.pem'), DATA: join(directory, 'data') },
    };
    const text = readFileSync(join(root, 'infra/kafka/server.properties'), 'utf8');
    const file = join(directory, 'server.properties');
    writeFileSync(
      file,
      text.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all),
    );
    const program = ['-cp', await findKafkaJars(), 'kafka.tools.StorageTool'];
    return await runTool('java', ['-Xmx96m', ...program, 'format', '-t', ID, '-c', file], directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
