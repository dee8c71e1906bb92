// What `npm run doctor` reports: one broken invariant of one thing.

export type Finding = {
  /** The invariant's stable name: `timeline-gap`, `projection`, `outbox`. */
  check: string;
  service: string;
  /** What it is about: a task's id, a topic and key, a letter's number. */
  subject: string;
  detail: string;
  /** Whether `--rebuild` puts it right. */
  repairable: boolean;
};

/** Makes the findings of one check. */
export function finder(service: string, check: string, repairable = false) {
  return (subject: string, detail: string): Finding => ({ check, service, subject, detail, repairable });
}
