import type { AgentMode, Approval } from '@builder-ai/contracts/task';
import { ModeChoice } from '../agents/mode-choice.tsx';
import { foundWords } from '../agents/mode-words.ts';
import { useAgents } from '../agents/use-agents.ts';
import { ProjectChoice } from './project-choice.tsx';

/** @property project its id; null for the personal one */
export type Options = { mode: AgentMode | null; approval: Approval; cap: string; project: string | null };

export const NO_OPTIONS: Options = { mode: null, approval: 'none', cap: '', project: null };

const APPROVAL_WORDS: Record<Approval, string> = {
  none: 'Ask for nothing',
  plan: 'Ask before the first step',
  step: 'Ask before each step',
};

type Props = { options: Options; isCapWrong: boolean; onChange: (options: Options) => void };

/** Who builds, what has to be approved, what it may cost and whose it is; all of it may be left as it is. */
export function GoalOptions({ options, isCapWrong, onChange }: Props) {
  const agents = useAgents();
  return (
    <fieldset className="goal-options">
      <legend className="visually-hidden">How it is built</legend>
      <ModeChoice
        id="agent-mode"
        label="Who builds"
        mode={options.mode}
        onChoose={(mode) => onChange({ ...options, mode })}
      />
      <label className="choice" htmlFor="approval">
        <span className="choice-label">Approval</span>
        <select
          id="approval"
          name="approval"
          className="select"
          value={options.approval}
          onChange={(event) => onChange({ ...options, approval: event.target.value as Approval })}
        >
          {Object.entries(APPROVAL_WORDS).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label className="choice choice-short" htmlFor="budget">
        <span className="choice-label">Cap in dollars</span>
        <input
          id="budget"
          name="cap"
          className="field"
          inputMode="decimal"
          autoComplete="off"
          placeholder="no limit"
          value={options.cap}
          aria-invalid={isCapWrong}
          onChange={(event) => onChange({ ...options, cap: event.target.value })}
        />
      </label>
      <ProjectChoice project={options.project} onChoose={(project) => onChange({ ...options, project })} />
      {agents && (
        <p className="goal-found" data-testid="found-models">
          {foundWords(agents)}
        </p>
      )}
    </fieldset>
  );
}
