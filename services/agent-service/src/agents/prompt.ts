// The agents' prompts are text files beside the code.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Prompts = { planner: string; builder: string; reviewer: string; chat: string };

export function readPrompts(): Prompts {
  const read = (name: string) => readFileSync(fileURLToPath(new URL(`./${name}.md`, import.meta.url)), 'utf8').trim();
  return { planner: read('planner'), builder: read('builder'), reviewer: read('reviewer'), chat: read('chat') };
}
