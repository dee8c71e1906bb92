import { type FormEvent, useState } from 'react';
import { fromDollars } from './dollars.ts';

type Props = {
  id: string;
  label: string;
  submit: string;
  /** In micro-dollars, as it stands in the field at first; null for none. */
  cap: number | null;
  isBusy: boolean;
  onCap: (microUsd: number | null) => void;
};

/** What may be spent, in dollars; left empty, there is no limit. */
export function CapForm({ id, label, submit, cap, isBusy, onCap }: Props) {
  const [text, setText] = useState(cap === null ? '' : String(cap / 1_000_000));
  const micro = fromDollars(text);
  const isWrong = text.trim() !== '' && micro === undefined;

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!isWrong) onCap(micro ?? null);
  }

  return (
    <form className="row" onSubmit={onSubmit}>
      <label htmlFor={id}>{label}</label>
      <span className="money-field">
        <span aria-hidden="true">$</span>
        <input
          id={id}
          className="field"
          data-testid="cap"
          inputMode="decimal"
          autoComplete="off"
          placeholder="no limit"
          value={text}
          disabled={isBusy}
          aria-invalid={isWrong}
          onChange={(event) => setText(event.target.value)}
        />
      </span>
      <button type="submit" className="button" data-testid="cap-button" disabled={isBusy || isWrong}>
        {submit}
      </button>
    </form>
  );
}
