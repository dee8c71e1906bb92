import { defineTemplate } from '../define-template.ts';

export const staticPage = defineTemplate({
  name: 'static-page',
  title: 'Static page',
  folder: import.meta.url,
  words: [
    [/\bstatic\b/i, 3],
    [/\b(?:web\s*)?(?:page|site)s?\b|\bwebsite\b|\bhtml\b/i, 4],
    [/\b(?:blog|portfolio|about|menu|recipes?|poster|invitation|resume|profile|gallery)\b/i, 2],
    // "A page that says hello world" is a page.
    [/\bhello[\s,_-]*world\b/i, 2],
  ],
  steps: [
    { description: 'Write the page and a second one about it', paths: ['index.html', 'about.html'] },
    { description: 'Give both their looks', paths: ['styles.css', 'icon.svg'] },
    { description: 'Write down how to open it, then follow every link', paths: ['README.md'], check: true },
  ],
});
