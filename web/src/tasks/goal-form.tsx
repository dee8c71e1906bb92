import type { Task, TaskType } from '@builder-ai/contracts/task';
import { type FormEvent, useRef, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { useCountdown } from '../page/use-countdown.ts';
import { newKey } from './new-key.ts';
import { TYPE_WORDS } from './task-words.ts';

const EXAMPLES = [
  'Build a landing page with a contact form',
  'Build a to-do app',
  'Build a REST API for notes',
  'Build a command-line tool that counts words',
];

/** As the server has it; counted here so that nobody loses a long text to a refusal. */
const GOAL_LENGTH_LIMIT = 2000;
const COUNT_SHOWN_FROM = 1600;

export function GoalForm({ onCreated }: { onCreated: (task: Task) => void }) {
  const { api } = useClient();
  const [goal, setGoal] = useState('');
  const [type, setType] = useState<TaskType>('build');
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<ShownProblem | null>(null);
  const waitSeconds = useCountdown(problem);
  const goalField = useRef<HTMLInputElement>(null);
  /** One key for one wish: sending the same again after a lost answer does not make a second task. */
  const wish = useRef({ text: '', key: '' });

  const isTooLong = goal.length > GOAL_LENGTH_LIMIT;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isSending) return;
    setIsSending(true);
    const text = `${type} ${goal}`;
    if (wish.current.text !== text) wish.current = { text, key: newKey() };
    try {
      const task = await api.createTask({ goal, type }, wish.current.key);
      wish.current = { text: '', key: '' };
      setProblem(null);
      setGoal('');
      onCreated(task);
    } catch (error) {
      setProblem(toShownProblem(error));
    } finally {
      setIsSending(false);
    }
  }

  return (
    <form className="goal" onSubmit={submit} aria-labelledby="goal-heading">
      <h1 id="goal-heading">
        <label htmlFor="goal">What shall we build?</label>
      </h1>
      <div className="goal-box">
        <input
          ref={goalField}
          id="goal"
          name="goal"
          value={goal}
          onChange={(event) => setGoal(event.target.value)}
          placeholder="A landing page with a contact form"
          autoComplete="off"
          required
          aria-invalid={isTooLong}
          aria-describedby="goal-count"
        />
        <div className="goal-actions">
          <label className="visually-hidden" htmlFor="type">
            Kind of task
          </label>
          <select id="type" name="type" value={type} onChange={(event) => setType(event.target.value as TaskType)}>
            {Object.entries(TYPE_WORDS).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
          <button type="submit" className="button button-primary" disabled={isSending || isTooLong || waitSeconds > 0}>
            {waitSeconds > 0 ? `Wait ${waitSeconds} s` : isSending ? 'Creating…' : 'Create task'}
          </button>
        </div>
      </div>
      <p id="goal-count" className="goal-count" data-over={isTooLong} hidden={goal.length < COUNT_SHOWN_FROM}>
        {goal.length} of {GOAL_LENGTH_LIMIT} characters
      </p>
      {problem && (
        <ProblemNotice problem={problem}>
          {waitSeconds > 0 && <p className="notice-small">You can try again in {waitSeconds} s.</p>}
        </ProblemNotice>
      )}
      <fieldset className="examples">
        <legend>For example</legend>
        {EXAMPLES.map((example) => (
          <button
            key={example}
            type="button"
            className="chip"
            onClick={() => {
              setGoal(example);
              goalField.current?.focus();
            }}
          >
            {example}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
