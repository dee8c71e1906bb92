/** What happened, also of errors that say it in their code alone (such as a connection that was refused twice). */
export function toMessage(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}
