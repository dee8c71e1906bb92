import { useEffect, useState } from 'react';

/** Seconds that remain of a waiting time, counted down once a second; starts anew for each new `start` object. */
export function useCountdown(start: { retryAfterSeconds?: number } | null): number {
  const seconds = start?.retryAfterSeconds ?? 0;
  const [remaining, setRemaining] = useState(seconds);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a second refusal may ask for the same number of seconds
  useEffect(() => {
    const endsAt = Date.now() + seconds * 1000;
    const show = () => setRemaining(Math.max(0, Math.ceil((endsAt - Date.now()) / 1000)));
    show();
    if (seconds === 0) return;
    const timer = setInterval(show, 1000);
    return () => clearInterval(timer);
  }, [start, seconds]);

  return remaining;
}
