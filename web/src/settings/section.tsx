import type { ReactNode } from 'react';

type SectionProps = { title: string; about?: ReactNode; children: ReactNode };

/** One subject of the settings, with what is to be known of it. */
export function Section({ title, about, children }: SectionProps) {
  return (
    <section className="setting" aria-label={title}>
      <h2>{title}</h2>
      {about && <p className="muted setting-about">{about}</p>}
      {children}
    </section>
  );
}

type SecretProps = { label: string; text: string; onClose: () => void };

/** What is shown once and never again. */
export function Secret({ label, text, onClose }: SecretProps) {
  return (
    <div className="secret" data-testid="secret">
      <p>
        <strong>{label}</strong> It is shown this once: keep it now.
      </p>
      <code>{text}</code>
      <div className="row">
        <button type="button" className="button" onClick={() => void navigator.clipboard?.writeText(text)}>
          Copy
        </button>
        <button type="button" className="button-plain" onClick={onClose}>
          I have kept it
        </button>
      </div>
    </div>
  );
}
