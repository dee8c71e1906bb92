import type { CallDecision, UncertainCall } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import type { WaitingBoxProps } from './waiting-panel.tsx';

const DECISIONS: Record<CallDecision, string> = {
  done: 'It was done',
  redo: 'Do it again',
  fail: 'It was not done',
};

/** A call that may or may not have been made when its process died: only a person can look and say. */
export function UncertainCallBox({ task, action, call }: WaitingBoxProps & { call: UncertainCall }) {
  const { api } = useClient();
  const [result, setResult] = useState('');
  const isBusy = action.pending !== null;
  return (
    <div className="stack">
      <p>
        {`Step ${call.step + 1}, ${call.tool}: `}
        <code>{toPlainText(call.summary)}</code>
      </p>
      <label htmlFor={`result-${task.id}`}>What it gave, if you know: the agent is told</label>
      <textarea
        id={`result-${task.id}`}
        className="field"
        rows={2}
        maxLength={4000}
        value={result}
        disabled={isBusy}
        onChange={(event) => setResult(event.target.value)}
      />
      <div className="row">
        {Object.entries(DECISIONS).map(([decision, words]) => (
          <button
            key={decision}
            type="button"
            className="button"
            data-testid={`resolve-${decision}`}
            disabled={isBusy}
            onClick={() =>
              void action.act(decision, () =>
                api.resolveCall(task.id, call.call_id, decision as CallDecision, result.trim()),
              )
            }
          >
            {words}
          </button>
        ))}
      </div>
    </div>
  );
}
