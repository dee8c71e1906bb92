// What `npm run restore` runs: like start.mjs, on a machine that may have nothing but Node and npm, then goes on as
// src/backup/main-restore.ts.
import { goOnWith } from './start/go-on-with.mjs';

await goOnWith('src/backup/main-restore.ts');
