// Keeps what a release publishes, for the test that later ones understand it (shared/contracts/src/released-events.test.ts), and
// which migrations it has, for the test that what they replaced is dropped no sooner (test/tidy/migrations.test.ts).
// Usage, once for each release: node scripts/write-release.ts 0.2.0
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventCatalog } from '@builder-ai/contracts/event-catalog';
import { migrationNames } from '@builder-ai/platform/migrate';

const SERVICES = ['gateway', 'services/task-service', 'services/agent-service', 'services/notification-service'];

const [release] = process.argv.slice(2);
if (!release) throw new Error('Which release?');
const samples = eventCatalog.map(({ topic, type, sample }) => ({ topic, type, data: sample }));
write('shared/contracts/released', samples);
const migrationsOf = (service: string) =>
  migrationNames(fileURLToPath(new URL(`../${service}/prisma/migrations`, import.meta.url)));
write('test/tidy/released-migrations', Object.fromEntries(SERVICES.map((service) => [service, migrationsOf(service)])));

function write(folder: string, content: unknown): void {
  const file = new URL(`../${folder}/${release}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' });
}
