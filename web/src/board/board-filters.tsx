import type { TaskStatus, TaskType } from '@builder-ai/contracts/task';
import { useEffect, useState } from 'react';
import type { BoardSearch } from '../app/search.ts';
import { TASK_STATUSES, TASK_TYPES } from '../app/task-names.ts';
import { statusWords, TYPE_WORDS } from '../tasks/task-words.ts';
import { useProjects } from './use-projects.ts';

/** Words are looked for when no more come for this long. */
const TYPED_MS = 250;

type Props = { search: BoardSearch; onChange: (change: BoardSearch) => void };

/** Which tasks are shown, and how. All of it is in the address, to be kept or sent. */
export function BoardFilters({ search, onChange }: Props) {
  const projects = useProjects().data ?? [];
  const isList = search.view === 'list';
  return (
    <search className="filters">
      <WordsField words={search.q ?? ''} onWords={(q) => onChange({ q: q || undefined })} />
      <Choice
        label="Kind"
        value={search.type}
        options={TASK_TYPES.map((type) => [type, TYPE_WORDS[type]])}
        onChoose={(type) => onChange({ type: type as TaskType | undefined })}
      />
      {projects.length > 1 && (
        <Choice
          label="Project"
          value={search.project}
          options={projects.map(({ id, name }) => [id, name])}
          onChoose={(project) => onChange({ project })}
        />
      )}
      {isList && (
        <Choice
          label="Status"
          value={search.status}
          options={TASK_STATUSES.map((status) => [status, statusWords({ status, waiting_for: null })])}
          onChoose={(status) => onChange({ status: status as TaskStatus | undefined })}
        />
      )}
      <fieldset className="choices">
        <legend className="visually-hidden">How they are shown</legend>
        <button
          type="button"
          className="chip"
          aria-pressed={!isList}
          onClick={() => onChange({ view: undefined, status: undefined })}
        >
          Board
        </button>
        <button type="button" className="chip" aria-pressed={isList} onClick={() => onChange({ view: 'list' })}>
          List
        </button>
      </fieldset>
    </search>
  );
}

function WordsField({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const [typed, setTyped] = useState(words);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed is a reason to look again
  useEffect(() => {
    if (typed === words) return;
    const timer = setTimeout(() => onWords(typed), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="choice choice-wide">
      <span className="choice-label">Search</span>
      <input
        type="search"
        name="q"
        className="field"
        placeholder="Words of a title or goal"
        autoComplete="off"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}

type ChoiceProps = {
  label: string;
  value: string | undefined;
  options: readonly (readonly [string, string])[];
  onChoose: (value: string | undefined) => void;
};

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <label className="choice">
      <span className="choice-label">{label}</span>
      <select
        className="select"
        name={label.toLowerCase()}
        value={value ?? ''}
        onChange={(event) => onChoose(event.target.value || undefined)}
      >
        <option value="">All</option>
        {options.map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
