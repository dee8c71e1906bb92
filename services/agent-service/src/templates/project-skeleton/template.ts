import { defineTemplate } from '../define-template.ts';

/** What a goal gets that no other template fits: it never wins by its words. */
export const projectSkeleton = defineTemplate({
  name: 'project-skeleton',
  title: 'Project skeleton',
  folder: import.meta.url,
  words: [],
  steps: [
    {
      description: 'Write down the goal, what is open and what was decided',
      paths: ['docs/plan.md', 'docs/decisions.md'],
    },
    {
      description: 'Write the program’s first piece and the command that runs it',
      paths: ['src/plan.mjs', 'src/main.mjs', 'package.json'],
    },
    { description: 'Write tests and an overview page', paths: ['test/plan.test.mjs', 'index.html'] },
    { description: 'Write down how to go on, then run it and its tests', paths: ['README.md'], check: true },
  ],
});
