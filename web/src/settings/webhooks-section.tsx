import type { Webhook } from '@builder-ai/contracts/webhook';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { useProjects } from '../board/use-projects.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { NewWebhookForm } from './new-webhook-form.tsx';
import { Secret, Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';
import { useChange } from './use-change.ts';
import { WebhookDeliveries } from './webhook-deliveries.tsx';

const CHANGES = [['webhooks']];

/** Where the events of the reader's projects are sent. */
export function WebhooksSection() {
  const { api } = useClient();
  const query = useQuery({ queryKey: ['webhooks'], queryFn: api.listWebhooks });
  const projects = useProjects().data ?? [];
  const [openId, setOpenId] = useState<string | null>(null);
  const nameOf = ({ project_id }: Webhook) => projects.find(({ id }) => id === project_id)?.name ?? 'Personal';
  return (
    <Section
      title="Webhooks"
      about="Each event is sent at least once, signed by the Standard Webhooks scheme; a receiver that fails for long is switched off."
    >
      <SettingList query={query} none="None yet." testId="webhook" toKey={({ id }) => id}>
        {(webhook) => (
          <>
            <span className="setting-what">
              <strong>{toPlainText(webhook.url)}</strong>
              <span className="muted">{`${nameOf(webhook)}: ${webhook.events.join(', ')}`}</span>
              {!webhook.enabled && (
                <span className="muted">{`Switched off${webhook.disabled_reason ? `: ${webhook.disabled_reason}` : ''}`}</span>
              )}
            </span>
            <button
              type="button"
              className="button"
              aria-expanded={openId === webhook.id}
              onClick={() => setOpenId(openId === webhook.id ? null : webhook.id)}
            >
              {openId === webhook.id ? 'Close' : 'Look'}
            </button>
            {openId === webhook.id && <WebhookDetail webhook={webhook} />}
          </>
        )}
      </SettingList>
      <NewWebhookForm />
    </Section>
  );
}

function WebhookDetail({ webhook: { id, url, enabled } }: { webhook: Webhook }) {
  const { api } = useClient();
  const switched = useChange((wanted: boolean) => api.setEnabled(id, wanted), CHANGES);
  const tested = useChange(() => api.testWebhook(id), [['deliveries', id]]);
  const rotated = useChange(() => api.rotateSecret(id), CHANGES);
  const removed = useChange(() => api.deleteWebhook(id), CHANGES);
  const problem = [switched, tested, rotated, removed].find((change) => change.problem)?.problem;
  return (
    <div className="setting-more">
      <div className="row">
        <button type="button" className="button" data-testid="test-webhook" onClick={() => tested.change()}>
          Send a test
        </button>
        <button type="button" className="button" onClick={() => switched.change(!enabled)}>
          {enabled ? 'Switch off' : 'Switch on'}
        </button>
        <ConfirmButton
          testId="rotate-secret"
          question="The old secret signs beside the new one for a while, then no more. Go on?"
          yes="Make a new secret"
          no="Keep it"
          onConfirm={() => rotated.change()}
        >
          New secret
        </ConfirmButton>
        <ConfirmButton
          testId="delete-webhook"
          question={`Send nothing to ${url} any more, and forget what was sent?`}
          yes="Delete it"
          no="Keep it"
          onConfirm={() => removed.change()}
        >
          Delete
        </ConfirmButton>
      </div>
      {rotated.answer && <Secret label="The new secret." text={rotated.answer.secret} onClose={rotated.forget} />}
      {problem && <ProblemNotice problem={problem} />}
      <WebhookDeliveries webhookId={id} />
    </div>
  );
}
