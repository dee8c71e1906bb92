// Some providers carry a tool call's arguments as text, which a model may get wrong.

/** What is no JSON stays text: the tool says to the model what is wrong with it. */
export function readArguments(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return text;
  }
}

export function writeArguments(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? {});
}
