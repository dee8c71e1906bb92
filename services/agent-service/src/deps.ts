import type { EventDefinition } from '@builder-ai/contracts/event';
import type { AgentMode } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import type { ServiceAppDeps } from '@builder-ai/platform/service-app';
import type { ServiceClient } from '@builder-ai/platform/service-client';
import type { Prompts } from './agents/prompt.ts';
import type { McpTools } from './mcp/mcp-tools.ts';
import type { Cast, Models, Roles } from './models/model-choice.ts';
import type { RunLimits } from './runs/run.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** Everything this service's endpoints, consumers and workers work with; built in compose.ts only. */
export type Deps = ServiceAppDeps & {
  db: Database;
  /** What `db` is open on. */
  databaseUrl: string;
  outbox: Outbox;
  taskService: ServiceClient;
  models: Models;
  /** Decides who plays which part, instead of the task's mode: for replays. */
  cast?: () => Cast;
  /** Who plays which part in `multi`. */
  roles: Roles;
  prompts: Prompts;
  defaultMode: AgentMode | null;
  limits: RunLimits;
  /** What a task may cost where neither it nor its project says, in micro-dollars; null: there is no limit. */
  taskCap: number | null;
  /** What a conversation may cost unless its user says otherwise, in micro-dollars. */
  chatCap: number;
  /** Where commands of agents run; null where there is none: they are refused then. */
  sandbox: Sandbox | null;
  /** Tools of servers that the operator configured. */
  mcp: McpTools;
  /** Shows something of a task to whoever watches at this moment; it is not kept, and may be lost. */
  tellLive: <Data>(event: EventDefinition<Data>, taskId: string, data: Data) => void;
  /** Where workspaces are. */
  workspaceRoot: string;
  /** What a deleted task, project or user had may be there to be removed, after the commit that says so. */
  removeSoon: () => void;
  /** Tells the worker that a run is ready, after the commit that made it so. */
  wakeWorker: () => void;
};

/** What driving a run takes of it. */
export type RunDeps = Pick<
  Deps,
  | 'cast'
  | 'db'
  | 'defaultMode'
  | 'limits'
  | 'mcp'
  | 'models'
  | 'outbox'
  | 'prompts'
  | 'roles'
  | 'sandbox'
  | 'tellLive'
  | 'workspaceRoot'
>;
