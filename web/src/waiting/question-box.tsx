import { type FormEvent, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import type { WaitingBoxProps } from './waiting-panel.tsx';

const MAX_ANSWER_LENGTH = 10_000;

/** What the agent asked, and room for the answer. */
export function QuestionBox({ task, action, question }: WaitingBoxProps & { question: string }) {
  const { api } = useClient();
  const [answer, setAnswer] = useState('');
  const isBusy = action.pending !== null;

  function submit(event: FormEvent) {
    event.preventDefault();
    void action.act('answer', () => api.answerQuestion(task.id, answer));
  }

  return (
    <form className="stack" onSubmit={submit}>
      <label className="question" htmlFor={`answer-${task.id}`} data-testid="question">
        {toPlainText(question)}
      </label>
      <textarea
        id={`answer-${task.id}`}
        className="field"
        data-testid="answer"
        rows={2}
        maxLength={MAX_ANSWER_LENGTH}
        value={answer}
        disabled={isBusy}
        onChange={(event) => setAnswer(event.target.value)}
      />
      <div className="row">
        <button
          type="submit"
          className="button button-primary"
          data-testid="answer-button"
          disabled={isBusy || answer.trim() === ''}
        >
          Answer
        </button>
      </div>
    </form>
  );
}
