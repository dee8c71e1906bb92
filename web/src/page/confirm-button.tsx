import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

type Props = {
  children: ReactNode;
  /** What is asked before it is done. */
  question: string;
  yes: string;
  no: string;
  onConfirm: () => void;
  disabled?: boolean;
  className?: string;
  /** Where the words on it do not say all of it. */
  label?: string;
  testId: string;
};

/** A button for what cannot be taken back: it asks first, in place, and Escape means no. */
export function ConfirmButton({ children, question, yes, no, onConfirm, disabled, className, label, testId }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const confirm = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);

  // The focus goes to the answer that changes nothing, and back to where it was.
  useEffect(() => {
    if (isAsking) confirm.current?.focus();
    else if (wasAsking.current) opener.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);

  if (!isAsking)
    return (
      <button
        ref={opener}
        type="button"
        className={className ?? 'button'}
        data-testid={testId}
        aria-label={label}
        disabled={disabled}
        onClick={() => setIsAsking(true)}
      >
        {children}
      </button>
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setIsAsking(false);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields, and there are none
    <div className="confirm" role="group" aria-labelledby={id} onKeyDown={onKeyDown}>
      <p id={id}>{question}</p>
      <button
        type="button"
        className="button button-danger"
        data-testid={`${testId}-yes`}
        onClick={() => {
          setIsAsking(false);
          onConfirm();
        }}
      >
        {yes}
      </button>
      <button ref={confirm} type="button" className="button" onClick={() => setIsAsking(false)}>
        {no}
      </button>
    </div>
  );
}
