// What the gateway says on identity.events, as messages of the bus: it numbers those of each user or project without a gap.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { keyRevoked } from '@builder-ai/contracts/events/key-revoked';
import { projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { sessionRevoked } from '@builder-ai/contracts/events/session-revoked';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { toEnvelope } from '@builder-ai/platform/event-envelope';

export type GatewayMessages = ReturnType<typeof newGatewayMessages>;

export function newGatewayMessages() {
  const numbers = new Map<string, number>();

  function message<Data>(event: EventDefinition<Data>, subject: string, data: Data): BusMessage {
    const runseq = (numbers.get(subject) ?? 0) + 1;
    numbers.set(subject, runseq);
    const envelope = { ...toEnvelope('gateway', event, data, { key: subject }), runseq };
    return { topic: 'identity.events', key: subject, value: JSON.stringify(envelope) };
  }

  return {
    message,
    /** A project is gone. */
    ofProject: (project: string, deleted_by: string): BusMessage[] => [
      message(projectDeleted, project, { deleted_by }),
    ],
    /** A user is gone: the access ends first. */
    ofUser: (user: string, deleted_by: string): BusMessage[] => [
      message(sessionRevoked, user, { session_id: `session of ${user}`, reason: 'user_deleted' }),
      message(keyRevoked, user, { key_id: `key of ${user}`, reason: 'user_deleted' }),
      message(userDeleted, user, { deleted_by }),
    ],
  };
}
