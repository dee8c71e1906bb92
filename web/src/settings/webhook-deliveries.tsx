import type { DeliveryStatus, WebhookDelivery } from '@builder-ai/contracts/webhook';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';

const STATUS_WORDS: Record<DeliveryStatus, string> = { pending: 'Being sent', delivered: 'Sent', failed: 'Failed' };
const TONES: Record<DeliveryStatus, string> = { pending: 'in_progress', delivered: 'completed', failed: 'failed' };
const WHILE_SENDING_MS = 2_000;

/** What was sent, and what came of it. */
export function WebhookDeliveries({ webhookId }: { webhookId: string }) {
  const { api } = useClient();
  const key = ['deliveries', webhookId];
  const query = useQuery({
    queryKey: key,
    queryFn: () => api.listDeliveries(webhookId),
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'pending') ? WHILE_SENDING_MS : false),
  });
  const { change, isPending, problem } = useChange((id: string) => api.replayDelivery(webhookId, id), [key]);
  return (
    <>
      <h3>Deliveries</h3>
      <SettingList query={query} none="Nothing was sent yet." testId="delivery" toKey={({ id }) => id}>
        {(delivery) => (
          <>
            <span className="setting-what">
              <strong>{delivery.event_type}</strong>
              <span className="muted">{toPlainText(toFacts(delivery))}</span>
            </span>
            <span className="status" data-status={TONES[delivery.status]}>
              {STATUS_WORDS[delivery.status]}
            </span>
            {delivery.status !== 'pending' && (
              <button
                type="button"
                className="button button-small"
                disabled={isPending}
                onClick={() => change(delivery.id)}
              >
                Send again
              </button>
            )}
          </>
        )}
      </SettingList>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}

function toFacts({ created_at, attempts, response_status, error, next_attempt_at, status }: WebhookDelivery): string {
  return [
    toDayAndTime(created_at),
    `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    response_status !== null && `answered ${response_status}`,
    error,
    status === 'pending' && next_attempt_at && `next at ${toDayAndTime(next_attempt_at)}`,
  ]
    .filter(Boolean)
    .join(', ');
}
