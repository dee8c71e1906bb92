import { useRef } from 'react';
import {
  addStep,
  changeStep,
  type EditedPlan,
  MAX_DESCRIPTION_LENGTH,
  MAX_STEPS,
  moveStepUp,
  removeStep,
} from './plan-edit.ts';

type Props = { plan: EditedPlan; isBusy: boolean; onChange: (plan: EditedPlan) => void };

/** The steps that were not begun, each in a field of its own. */
export function PlanEditor({ plan, isBusy, onChange }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const isFull = plan.begun.length + plan.steps.length >= MAX_STEPS;

  function add() {
    onChange(addStep(plan));
    // The new field is there after the next drawing.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('li:last-child .field')?.focus());
  }

  return (
    <div className="stack">
      {plan.begun.length > 0 && (
        <p className="muted">{`Steps 1 to ${plan.begun.length} were begun and stay as they are.`}</p>
      )}
      <ol className="edited-steps" ref={list}>
        {plan.steps.map(({ key, description }, index) => {
          const number = plan.begun.length + index + 1;
          return (
            <li key={key} className="edited-step">
              <span className="edited-number" aria-hidden="true">
                {number}
              </span>
              <textarea
                className="field"
                data-testid="edited-step"
                aria-label={`Step ${number}`}
                rows={1}
                maxLength={MAX_DESCRIPTION_LENGTH}
                value={description}
                disabled={isBusy}
                onChange={(event) => onChange(changeStep(plan, key, event.target.value))}
              />
              <button
                type="button"
                className="button"
                aria-label={`Move step ${number} up`}
                disabled={isBusy || index === 0}
                onClick={() => onChange(moveStepUp(plan, key))}
              >
                ↑
              </button>
              <button
                type="button"
                className="button"
                data-testid="remove-step"
                aria-label={`Remove step ${number}`}
                disabled={isBusy || plan.steps.length === 1}
                onClick={() => onChange(removeStep(plan, key))}
              >
                ✕
              </button>
            </li>
          );
        })}
      </ol>
      <button
        type="button"
        className="button-plain add-step"
        data-testid="add-step"
        disabled={isBusy || isFull}
        onClick={add}
      >
        Add a step
      </button>
    </div>
  );
}
