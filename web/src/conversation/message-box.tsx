import type { Task, TaskStatus } from '@builder-ai/contracts/task';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';

const MAX_MESSAGE_LENGTH = 10_000;

/** When a message is read; a task that was never run has nobody who would. */
const READ_WORDS: Partial<Record<TaskStatus, string>> = {
  in_progress: 'The agents read it before their next answer.',
  waiting: 'The agents read it when the task goes on.',
  completed: 'The agents read it when a step is made anew.',
  failed: 'The agents read it when a step is made anew.',
  cancelled: 'The agents read it when a step is made anew.',
};

/** Says something to the agents, at any moment of a run. */
export function MessageBox({ task }: { task: Task }) {
  const { api } = useClient();
  const [content, setContent] = useState('');
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<ShownProblem | null>(null);
  const words = READ_WORDS[task.status];
  if (!words) return null;

  async function send(event?: FormEvent) {
    event?.preventDefault();
    if (isSending || content.trim() === '') return;
    setIsSending(true);
    try {
      await api.postMessage(task.id, content);
      setContent('');
      setProblem(null);
    } catch (error) {
      setProblem(toShownProblem(error));
    } finally {
      setIsSending(false);
    }
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
  };

  return (
    <form className="message-box" onSubmit={send}>
      <label className="visually-hidden" htmlFor={`message-${task.id}`}>
        Message to the agents
      </label>
      <textarea
        id={`message-${task.id}`}
        className="field"
        data-testid="message-field"
        rows={1}
        placeholder="Say something to the agents"
        maxLength={MAX_MESSAGE_LENGTH}
        value={content}
        aria-describedby={`message-help-${task.id}`}
        onChange={(event) => setContent(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button
        type="submit"
        className="button"
        data-testid="message-button"
        disabled={isSending || content.trim() === ''}
      >
        Send
      </button>
      <p id={`message-help-${task.id}`} className="message-help">
        {words}
      </p>
      {problem && <ProblemNotice problem={problem} />}
    </form>
  );
}
