// Keeps what a release publishes, for the test that later ones understand it (shared/contracts/src/released-events.test.ts).
// Usage, once for each release: node scripts/write-released-events.ts 0.2.0
import { writeFileSync } from 'node:fs';
import { eventCatalog } from '@builder-ai/contracts/event-catalog';

const [release] = process.argv.slice(2);
if (!release) throw new Error('Which release?');
const samples = eventCatalog.map(({ topic, type, sample }) => ({ topic, type, data: sample }));
const file = new URL(`../shared/contracts/released/${release}.json`, import.meta.url);
writeFileSync(file, `${JSON.stringify(samples, null, 2)}\n`, { flag: 'wx' });
