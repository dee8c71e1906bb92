// Requests at a fixed rate, whatever the answers take: one that had to wait its turn is late, and counts as late.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @param rate a second
 * @returns how long each took, in ms, from when it was due
 */
export async function atFixedRate(
  rate: number,
  ms: number,
  call: (nth: number) => Promise<unknown>,
): Promise<number[]> {
  const begin = performance.now();
  const times: number[] = [];
  const sent: Promise<void>[] = [];
  for (let nth = 0; nth < (rate * ms) / 1_000; nth += 1) {
    const due = begin + (nth * 1_000) / rate;
    const early = due - performance.now();
    if (early > 0) await delay(early);
    sent.push(call(nth).then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(sent);
  return times;
}
