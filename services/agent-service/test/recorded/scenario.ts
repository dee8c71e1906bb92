import type { RunRequested } from '@builder-ai/contracts/events/run-requested';
import type { AgentMode, Approval } from '@builder-ai/contracts/task';
import type { ScriptedProviderOptions } from '@builder-ai/testing/scripted-provider';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import type { Deps } from '../../src/deps.ts';
import type { McpTools } from '../../src/mcp/mcp-tools.ts';
import type { RunLimits } from '../../src/runs/run.ts';
import type { GivenWorker } from '../given-worker.ts';

export type Scenario = {
  name: string;
  goal: string;
  mode: AgentMode;
  approval?: Approval;
  /** What it may cost at first, in micro-dollars. */
  cap?: number;
  /** What the models answer; templates need nobody. */
  script?: Script;
  /** It runs commands: without a sandbox it comes to something else. */
  commands?: boolean;
  /** What goes wrong at the provider, and how long it takes. */
  provider?: Partial<ScriptedProviderOptions>;
  /** Tools of other servers. */
  openTools?: () => Promise<McpTools>;
  /** What its job may use. */
  limits?: Partial<RunLimits>;
  /** What is done with the run until it stands still; by default it is run to its end. */
  play?: (playing: Playing) => Promise<void>;
};

export type Playing = {
  deps: Deps;
  /** The task whose recording is kept. */
  task: string;
  wish: RunRequested;
  /** Starts one, which is stopped when all was played. */
  newWorker(): GivenWorker;
  /** Holds an answer back until it is opened. */
  hold: { at(asked: string): void; open(): void };
  /** What the provider was asked: the plan, or the step and how many of its calls were made. */
  asked(): string[];
};
