// The metrics of several services of one process as one page.

/**
 * Joins texts in the Prometheus format, so that each metric has its description once, as the format wants it.
 * @param texts what each service shows, with labels that tell them apart
 */
export function mergeMetrics(texts: readonly string[]): string {
  const blocks = new Map<string, { head: string[]; samples: string[] }>();
  for (const text of texts) {
    let block = { head: [] as string[], samples: [] as string[] };
    let isNew = false;
    for (const line of text.split('\n')) {
      const name = line.match(/^# HELP (\S+)/)?.[1];
      if (name) {
        const known = blocks.get(name);
        isNew = !known;
        block = known ?? { head: [], samples: [] };
        blocks.set(name, block);
      }
      if (line.startsWith('#')) {
        if (isNew) block.head.push(line);
      } else if (line !== '') block.samples.push(line);
    }
  }
  return `${[...blocks.values()].flatMap(({ head, samples }) => [...head, ...samples]).join('\n')}\n`;
}
