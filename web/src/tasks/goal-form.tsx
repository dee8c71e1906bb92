import type { Task, TaskType } from '@builder-ai/contracts/task';
import { type FormEvent, useRef, useState } from 'react';
import { fromDollars } from '../money/dollars.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { GoalOptions, NO_OPTIONS } from './goal-options.tsx';
import { TYPE_WORDS } from './task-words.ts';
import { useCreateTask } from './use-create-task.ts';

const EXAMPLES = [
  'Build a landing page with a contact form',
  'Build a to-do app',
  'Build a REST API for notes',
  'Build a command-line tool that counts words',
];

/** As the server has it; counted here so that nobody loses a long text to a refusal. */
const GOAL_LENGTH_LIMIT = 2000;
const COUNT_SHOWN_FROM = 1600;

/** The first thing on the page: what shall be built. */
export function GoalForm({ onCreated }: { onCreated: (task: Task) => void }) {
  const { create, isSending, problem, waitSeconds } = useCreateTask();
  const [goal, setGoal] = useState('');
  const [type, setType] = useState<TaskType>('build');
  const [options, setOptions] = useState(NO_OPTIONS);
  const cap = fromDollars(options.cap);
  const isCapWrong = options.cap.trim() !== '' && cap === undefined;
  const goalField = useRef<HTMLInputElement>(null);
  const isTooLong = goal.length > GOAL_LENGTH_LIMIT;

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (isCapWrong) return;
    const task = await create({
      goal,
      type,
      ...(options.project && { project_id: options.project }),
      ...(options.mode && { agent_mode: options.mode }),
      ...(options.approval !== 'none' && { approval: options.approval }),
      ...(cap !== undefined && { budget: { cap_micro_usd: cap } }),
    });
    if (!task) return;
    setGoal('');
    onCreated(task);
  }

  function chooseExample(example: string) {
    setGoal(example);
    goalField.current?.focus();
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
          <TypeChoice type={type} onChoose={setType} />
          <button
            type="submit"
            className="button button-primary"
            disabled={isSending || isTooLong || isCapWrong || waitSeconds > 0}
          >
            {waitSeconds > 0 ? `Wait ${waitSeconds} s` : isSending ? 'Creating…' : 'Create task'}
          </button>
        </div>
      </div>
      <p id="goal-count" className="goal-count" data-over={isTooLong} hidden={goal.length < COUNT_SHOWN_FROM}>
        {goal.length} of {GOAL_LENGTH_LIMIT} characters
      </p>
      {problem && <ProblemNotice problem={problem} />}
      <Examples onChoose={chooseExample} />
      <GoalOptions options={options} isCapWrong={isCapWrong} onChange={setOptions} />
    </form>
  );
}

function TypeChoice({ type, onChoose }: { type: TaskType; onChoose: (type: TaskType) => void }) {
  return (
    <>
      <label className="visually-hidden" htmlFor="type">
        Kind of task
      </label>
      <select id="type" name="type" value={type} onChange={(event) => onChoose(event.target.value as TaskType)}>
        {Object.entries(TYPE_WORDS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </>
  );
}

function Examples({ onChoose }: { onChoose: (example: string) => void }) {
  return (
    <fieldset className="examples">
      <legend>For example</legend>
      {EXAMPLES.map((example) => (
        <button key={example} type="button" className="chip" onClick={() => onChoose(example)}>
          {example}
        </button>
      ))}
    </fieldset>
  );
}
