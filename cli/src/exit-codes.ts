/** How the program ends; docs/cli.md is made from this list. */
export const exitCodes = {
  ok: { code: 0, meaning: 'It is done.' },
  failed: { code: 1, meaning: 'The task failed or was cancelled; the replay differs; something is not well.' },
  usage: {
    code: 2,
    meaning: 'The command was not understood, or the server found its input faulty (400, 413, 415, 422).',
  },
  denied: { code: 3, meaning: 'Not signed in, or not allowed (401, 403).' },
  notFound: { code: 4, meaning: 'There is no such thing (404).' },
  waiting: { code: 5, meaning: 'The task waits for you: an approval, an answer, a budget.' },
  away: { code: 6, meaning: 'The server cannot be reached, or cannot do it now (5xx).' },
  refused: { code: 7, meaning: 'It cannot be done as things are (409, 412), or too often (429).' },
  interrupted: { code: 130, meaning: 'Ctrl-C. A task that runs goes on: `builder logs -f` watches it again.' },
} as const;

export type Exit = keyof typeof exitCodes;

/** How a refusal by the server ends the program. */
export function exitOfStatus(status: number | undefined): Exit {
  if (status === undefined || status >= 500) return 'away';
  if (status === 401 || status === 403 || status === 421) return 'denied';
  if (status === 404) return 'notFound';
  return status === 409 || status === 412 || status === 429 ? 'refused' : 'usage';
}

/** Ends the program with words for the user. */
export class CliError extends Error {
  readonly exit: Exit;

  constructor(exit: Exit, message: string) {
    super(message);
    this.exit = exit;
  }
}
