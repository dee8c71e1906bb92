// What part of a process's work is in some files, by a profile that Node has written (`--cpu-prof`).
import { readFile } from 'node:fs/promises';

type Node = { id: number; callFrame: { functionName: string; url: string }; children?: number[] };
type Profile = { nodes: Node[]; samples: number[]; timeDeltas: number[] };

/**
 * @param isPart by the address of a function's file; whatever such a function calls is part of it too
 * @param skipMs so much of the beginning does not count
 * @returns of each of `slices` stretches of the same length: the part, 0 to 1, of the time in which the thread did something
 */
export async function profileShare(
  file: string,
  isPart: (url: string) => boolean,
  skipMs: number,
  slices: number,
): Promise<number[]> {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8')) as Profile;
  const kinds = kindsOf(nodes, isPart);
  const all = timeDeltas.reduce((sum, delta) => sum + delta, 0) / 1_000;
  const sliceMs = (all - skipMs) / slices;
  const sums = Array.from({ length: slices }, () => ({ part: 0, busy: 0 }));
  let at = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] as number;
    at += delta / 1_000;
    const sum = sums[Math.floor((at - skipMs) / sliceMs)];
    const kind = kinds.get(id);
    if (!sum || kind === 'idle') continue;
    sum.busy += delta;
    if (kind === 'part') sum.part += delta;
  }
  return sums.map(({ part, busy }) => part / busy);
}

type Kind = 'idle' | 'part' | 'other';

function kindsOf(nodes: readonly Node[], isPart: (url: string) => boolean): Map<number, Kind> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kinds = new Map<number, Kind>();
  const visit = (node: Node, within: Kind) => {
    const { functionName, url } = node.callFrame;
    const own: Kind = functionName === '(idle)' ? 'idle' : isPart(url) ? 'part' : within;
    kinds.set(node.id, own);
    for (const child of node.children ?? []) visit(byId.get(child) as Node, own);
  };
  visit(nodes[0] as Node, 'other');
  return kinds;
}
