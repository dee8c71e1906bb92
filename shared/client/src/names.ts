// The names of what the API answers.
import type { components } from './generated/schema.ts';

type Schemas = components['schemas'];

export type Task = Schemas['Task'];
export type PlanStep = Schemas['PlanStep'];
export type LogEntry = Schemas['LogEntry'];
export type Message = Schemas['Message'];
export type TaskEvent = Schemas['TaskEvent'];
export type Job = Schemas['Job'];
export type Usage = Schemas['Usage'];
export type WorkspaceFile = Schemas['WorkspaceFile'];
export type FoundAgents = Schemas['FoundAgents'];
export type Project = Schemas['Project'];
export type ApiKey = Schemas['ApiKey'];
