import { defineTemplate } from '../define-template.ts';

export const projectSkeleton = defineTemplate({
  name: 'project-skeleton',
  title: 'Project skeleton',
  folder: import.meta.url,
  words: [],
  steps: [
    { description: 'Write down what the project is for', paths: ['README.md', 'docs/plan.md'] },
    {
      description: 'Write a small program that runs, named after the goal',
      paths: ['package.json', 'src/project.mjs', 'src/main.mjs'],
    },
    { description: 'Write a test for it, then run both', paths: ['test/project.test.mjs'], check: true },
  ],
});
