// Who can build here: what `GET /agents` answers.
import type { AgentMode } from './task.ts';

export type FoundMode = {
  mode: AgentMode;
  /** The settings without which it cannot be had; empty where it can. */
  missing: string[];
};

export type FoundAgents = {
  /** Who builds a task that names no mode. */
  default_mode: AgentMode;
  modes: FoundMode[];
  /** The models that are there, by the name of their agent. */
  models: { agent: string; model: string }[];
  /** How commands of agents run: `bubblewrap`, a sandbox; `unsafe`, as the product itself; `off`, not at all. */
  commands: string;
};
