// Makes a template out of a folder of files and the order in which they are written.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { headlineOf, itemOf, oneLine, resourceOf, slugOf, summaryOf, titleOf } from './goal-title.ts';
import { render, type Values } from './render.ts';
import type { Template } from './template.ts';

export type TemplateDefinition = {
  name: string;
  title: string;
  /** The `import.meta.url` of the folder's template.ts; the files lie beside it in `files/`. */
  folder: string;
  /** Patterns that speak for it in a goal, with their weight; those found are added up. */
  words: readonly (readonly [RegExp, number])[];
  steps: readonly { description: string; paths: readonly string[]; check?: boolean }[];
};

/** The files are read when a goal is built, not before. */
export function defineTemplate({ name, title, folder, words, steps }: TemplateDefinition): Template {
  const readTemplate = (path: string) => readFileSync(fileURLToPath(new URL(`./files/${path}`, folder)), 'utf8');
  return {
    name,
    title,
    paths: steps.flatMap((step) => step.paths),
    score: (goal) => words.reduce((sum, [pattern, weight]) => (pattern.test(goal) ? sum + weight : sum), 0),
    steps(goal) {
      const values = valuesOf(goal);
      return steps.map(({ description, paths, check = false }) => ({
        description,
        check,
        result: `Successfully created ${listed(paths)}${check ? '; the check that uses them passed' : ''}.`,
        files: paths.map((path) => {
          const content = render(readTemplate(path), values);
          return { path, content, ...(content.startsWith('#!') && { executable: true }) };
        }),
      }));
    },
  };
}

/** What the marks of a template file can be filled with. */
function valuesOf(goal: string): Values {
  return {
    goal: oneLine(goal) || titleOf(goal),
    title: titleOf(goal),
    headline: headlineOf(goal),
    summary: summaryOf(goal),
    slug: slugOf(goal),
    resource: resourceOf(goal),
    item: itemOf(goal),
  };
}

function listed(paths: readonly string[]): string {
  return paths.length === 1 ? (paths[0] as string) : `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
}
