// Finds a model server that runs on this machine by itself (https://ollama.com).

export type FoundOllama = { baseUrl: string; model: string };

const ADDRESS = 'http://127.0.0.1:11434';
const LIMIT_MS = 300;

/**
 * @param wanted the model to use; by default the first that it has
 * @returns undefined when there is none, it is slow to answer, or it has no model
 */
export async function findOllama(wanted: string | undefined, address = ADDRESS): Promise<FoundOllama | undefined> {
  try {
    const answer = await fetch(`${address}/api/tags`, { signal: AbortSignal.timeout(LIMIT_MS) });
    if (!answer.ok) return undefined;
    const { models = [] } = (await answer.json()) as { models?: { name?: unknown }[] };
    const names = models.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    const model = wanted ?? names[0];
    return model === undefined ? undefined : { baseUrl: `${address}/v1`, model };
  } catch {
    return undefined;
  }
}
