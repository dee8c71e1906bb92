const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const formatted = (format: Intl.DateTimeFormat, timestamp: string) => {
  const time = Date.parse(timestamp);
  return Number.isNaN(time) ? timestamp : format.format(time);
};

export const toDayAndTime = (timestamp: string) => formatted(dayAndTime, timestamp);
export const toClock = (timestamp: string) => formatted(clock, timestamp);

/** "0.4 s", "12 s", "3 min 5 s"; empty when it has not ended. */
export function toDuration(startedAt: string | null, finishedAt: string | null): string {
  if (!startedAt || !finishedAt) return '';
  return toDurationOfMs(Date.parse(finishedAt) - Date.parse(startedAt));
}

/** The same of milliseconds; empty for none. */
export function toDurationOfMs(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (Number.isNaN(seconds) || seconds === 0) return '';
  if (seconds < 0.1) return 'under 0.1 s';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** "812 B", "3.4 KB", "1.2 MB". */
export function toSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
