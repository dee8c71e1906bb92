import type { WebhookEvent } from '@builder-ai/contracts/webhook';
import { type FormEvent, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { ProjectOptions } from '../board/project-options.tsx';
import { useProjects } from '../board/use-projects.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { Secret } from './section.tsx';
import { Ticks } from './ticks.tsx';
import { useChange } from './use-change.ts';

const EVENT_WORDS: Record<WebhookEvent, string> = {
  'task.created': 'Task made',
  'task.waiting': 'Task waits',
  'task.completed': 'Task done',
  'task.failed': 'Task failed',
  'task.cancelled': 'Task cancelled',
  'task.deleted': 'Task deleted',
  'step.completed': 'Step done',
  'step.failed': 'Step failed',
};

export function NewWebhookForm() {
  const { api } = useClient();
  const projects = useProjects().data?.filter(({ role }) => role === 'owner') ?? [];
  const { change, isPending, problem, answer, forget } = useChange(api.createWebhook, [['webhooks']]);
  const [events, setEvents] = useState<readonly WebhookEvent[]>(['task.waiting', 'task.completed', 'task.failed']);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const { url, project } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    change({ url: url ?? '', project_id: project || null, events: [...events] }, { onSuccess: () => form.reset() });
  }

  return (
    <>
      {answer && <Secret label="The secret that signs what is sent." text={answer.secret} onClose={forget} />}
      <form className="setting-form" onSubmit={submit} aria-label="A new webhook">
        <label className="choice">
          <span className="choice-label">Address of a new webhook</span>
          <input className="field" name="url" type="url" placeholder="https://example.com/hook" required />
        </label>
        {projects.length > 1 && (
          <label className="choice choice-short">
            <span className="choice-label">Project</span>
            <select className="select" name="project">
              <ProjectOptions projects={projects} />
            </select>
          </label>
        )}
        <Ticks legend="It is told of" words={EVENT_WORDS} chosen={events} onChoose={setEvents} />
        <button
          type="submit"
          className="button button-primary"
          data-testid="create-webhook"
          disabled={isPending || events.length === 0}
        >
          Make a webhook
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
