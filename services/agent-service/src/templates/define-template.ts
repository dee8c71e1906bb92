// Makes a template out of a folder of files and the order in which they are written.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resourceOf, slugOf, titleOf } from './goal-title.ts';
import { render } from './render.ts';
import type { Template } from './template.ts';

export type TemplateDefinition = {
  name: string;
  title: string;
  /** The folder's own `import.meta.url`; its files are in `files/`. */
  folder: string;
  /** Words that speak for it in a goal, with their weight. */
  words: [RegExp, number][];
  steps: { description: string; paths: string[]; check?: boolean }[];
};

const EXECUTABLE = /^#!/;

/** Files are read when a goal is built, not before. */
export function defineTemplate({ name, title, folder, words, steps }: TemplateDefinition): Template {
  return {
    name,
    title,
    paths: steps.flatMap((step) => step.paths),
    score: (goal) => words.reduce((sum, [pattern, weight]) => (pattern.test(goal) ? sum + weight : sum), 0),
    steps(goal) {
      const values = { goal, title: titleOf(goal), slug: slugOf(goal), resource: resourceOf(goal) };
      const read = (path: string) => readFileSync(fileURLToPath(new URL(`./files/${path}`, folder)), 'utf8');
      return steps.map(({ description, paths, check }) => ({
        description,
        check: check ?? false,
        result:
          paths.length > 0 ? `Successfully created ${listed(paths)}.` : 'The check passed: it does what it should.',
        files: paths.map((path) => {
          const content = render(read(path), values);
          return { path, content, ...(EXECUTABLE.test(content) && { executable: true }) };
        }),
      }));
    },
  };
}

function listed(paths: string[]): string {
  return paths.length === 1 ? (paths[0] as string) : `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
}
