// What `npm run replay` runs: like start.mjs, on a machine that may have nothing but Node and npm, then goes on as
// src/replay.ts.
import { goOnWith } from './start/go-on-with.mjs';

await goOnWith('src/replay.ts');
