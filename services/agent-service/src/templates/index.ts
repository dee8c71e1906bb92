// The list of templates, and which of them a goal gets.
import { commandLineTool } from './command-line-tool/template.ts';
import { helloWorld } from './hello-world/template.ts';
import { landingPage } from './landing-page/template.ts';
import { projectSkeleton } from './project-skeleton/template.ts';
import { restApi } from './rest-api/template.ts';
import { staticPage } from './static-page/template.ts';
import type { Template } from './template.ts';
import { toDoApp } from './to-do-app/template.ts';

/** Of two that fit equally well the first is taken. */
export const templates: readonly Template[] = [
  toDoApp,
  landingPage,
  restApi,
  commandLineTool,
  helloWorld,
  staticPage,
  projectSkeleton,
];

export const templateNames: readonly string[] = templates.map((template) => template.name);

/** The one whose words fit the goal best; the skeleton where none fits. */
export function chooseTemplate(goal: string): Template {
  let best = projectSkeleton;
  let bestScore = 0;
  for (const template of templates) {
    const score = template.score(goal);
    if (score > bestScore) [best, bestScore] = [template, score];
  }
  return best;
}
