// Shows where the project stands: node src/main.mjs
import { readFile } from 'node:fs/promises';
import { readPlan } from './plan.mjs';

const read = (path) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

const { description } = JSON.parse(await read('package.json'));
const plan = readPlan(await read('docs/plan.md'));
const open = plan.filter((item) => !item.done);

console.log(`${description}\n`);
console.log(`${plan.length - open.length} of ${plan.length} done. Open:`);
for (const { what } of open) console.log(`- ${what}`);
