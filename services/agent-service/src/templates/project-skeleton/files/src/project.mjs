export const title = {{json:title}};

export const goal = {{json:goal}};

const steps = ['say who will use it', 'write an example as a test', 'make it pass', 'go on with the next'];

/** What to do after `done` steps; null when all are done. */
export function nextStep(done) {
  return steps[done] ?? null;
}
