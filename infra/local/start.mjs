// What `npm start` runs, on a machine that may have nothing but Node and npm: installs what is missing, makes the
// database clients and the web client when their sources changed, and goes on as src/main.ts. No dependencies, and nothing newer than Node 20.19.
import { goOnWith } from './start/go-on-with.mjs';
import { ensureWebClient } from './start/web-client.mjs';

await goOnWith('src/main.ts', ensureWebClient);
