import type { AgentMode, Approval } from '@builder-ai/contracts/task';
import { ModeChoice } from '../agents/mode-choice.tsx';
import { foundWords } from '../agents/mode-words.ts';
import { useAgents } from '../agents/use-agents.ts';

export type Options = { mode: AgentMode | null; approval: Approval; cap: string };

export const NO_OPTIONS: Options = { mode: null, approval: 'none', cap: '' };

const APPROVAL_WORDS: Record<Approval, string> = {
  none: 'Ask for nothing',
  plan: 'Ask before the first step',
  step: 'Ask before each step',
};

type Props = { options: Options; isCapWrong: boolean; onChange: (options: Options) => void };

/** Who builds, what has to be approved and what it may cost; all of it may be left as it is. */
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
      {agents && (
        <p className="goal-found" data-testid="found-models">
          {foundWords(agents)}
        </p>
      )}
    </fieldset>
  );
}
