// Writes the generated documents. Usage: npm run generate
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allDocuments } from './docs/all-documents.ts';

for (const { path, text } of await allDocuments()) {
  writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
  console.log(`wrote ${path}`);
}
