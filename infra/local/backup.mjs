// What `npm run backup` runs: like start.mjs, on a machine that may have nothing but Node and npm, then goes on as
// src/backup/main-backup.ts.
import { goOnWith } from './start/go-on-with.mjs';

await goOnWith('src/backup/main-backup.ts');
