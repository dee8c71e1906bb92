// What `npm run import` runs: like start.mjs, on a machine that may have nothing but Node and npm, then goes on as
// src/import-tasks.ts.
import { goOnWith } from './start/go-on-with.mjs';

await goOnWith('src/import-tasks.ts');
