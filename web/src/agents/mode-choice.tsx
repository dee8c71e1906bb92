import type { AgentMode } from '@builder-ai/contracts/task';
import { MODE_WORDS, modeLabel } from './mode-words.ts';
import { useAgents } from './use-agents.ts';

type Props = {
  id: string;
  label: string;
  /** What stands for choosing none. */
  none?: string;
  mode: AgentMode | null;
  onChoose: (mode: AgentMode | null) => void;
};

/** Who builds. What cannot be had is shown, with what to set for it, and cannot be chosen. */
export function ModeChoice({ id, label, none, mode, onChoose }: Props) {
  const agents = useAgents();
  return (
    <label className="choice" htmlFor={id}>
      <span className="choice-label">{label}</span>
      <select
        id={id}
        name="agent_mode"
        className="select"
        value={mode ?? ''}
        onChange={(event) => onChoose((event.target.value || null) as AgentMode | null)}
      >
        <option value="">{none ?? (agents ? `Automatic: ${MODE_WORDS[agents.default_mode]}` : 'Automatic')}</option>
        {agents?.modes.map(({ mode: name, missing }) => (
          <option key={name} value={name} disabled={missing.length > 0}>
            {modeLabel(name, missing)}
          </option>
        ))}
      </select>
    </label>
  );
}
