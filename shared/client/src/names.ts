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
export type Notification = Schemas['Notification'];
export type Webhook = Schemas['Webhook'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type ApiKey = Schemas['ApiKey'];

/** A piece of what comes live and is kept by nobody; whole in the message or result that follows. */
export type TaskDelta =
  | {
      task_id: string;
      event_type: 'message_delta';
      data: { message_id: string; step: number | null; agent: string; offset: number; text: string };
    }
  | {
      task_id: string;
      event_type: 'command_output';
      data: { call_id: string; step: number; offset: number; text: string };
    };
