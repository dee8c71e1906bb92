// Reads a plan: lines like "- [ ] something" and "- [x] something".

/** @returns the items in their order, with whether they are done */
export function readPlan(text) {
  return [...text.matchAll(/^- \[([ x])\] (.+)$/gm)].map(([, mark, what]) => ({ what: what.trim(), done: mark === 'x' }));
}
