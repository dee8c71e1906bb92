import { goal, nextStep, title } from './project.mjs';

console.log(title);
console.log(`Goal: ${goal}`);
console.log(`Next: ${nextStep(0)} (see docs/plan.md)`);
