// The protections that the guarantees rest on, each taken out in turn (docs/guarantees.md says which is whose).
import { agentMutations } from './agent-mutations.ts';
import { busMutations } from './bus-mutations.ts';
import { deletionMutations } from './deletion-mutations.ts';
import { doorMutations } from './door-mutations.ts';
import type { Mutation } from './mutation.ts';
import { taskMutations } from './task-mutations.ts';
import { toldAheadMutations } from './told-ahead-mutations.ts';
import { trustMutations } from './trust-mutations.ts';

export const mutations: readonly Mutation[] = [
  ...busMutations,
  ...taskMutations,
  ...agentMutations,
  ...doorMutations,
  ...trustMutations,
  ...deletionMutations,
  ...toldAheadMutations,
];
