// These run in the page, not here: each has to be whole by itself.

declare global {
  interface Window {
    /** When the entry with this number was painted, in the clock's milliseconds. */
    paintedSteps?: [seq: number, at: number][];
    firstGoalFieldMs?: number;
  }
}

/** A frame's task after the next frame began: what was there before is on the screen then. */
export function notePaintedSteps(): void {
  const painted: [number, number][] = [];
  const seen = new Set<string>();
  window.paintedSteps = painted;
  new MutationObserver(() => {
    for (const entry of document.querySelectorAll('[data-type=step_completed]')) {
      const seq = entry.getAttribute('data-seq') ?? '';
      if (seen.has(seq)) continue;
      seen.add(seq);
      requestAnimationFrame(() => setTimeout(() => painted.push([Number(seq), Date.now()])));
    }
  }).observe(document, { childList: true, subtree: true });
}

export async function noteBarePaints(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = performance.now();
    const element = document.createElement('p');
    element.textContent = String(index);
    document.body.append(element);
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    times.push(performance.now() - start);
  }
  return times;
}

/** Since the navigation began. */
export function noteFirstGoalField(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('input[name=goal]')) return;
    observer.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        window.firstGoalFieldMs = performance.now();
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true });
}
