// What the kinds of people get, and how an answer says it: for the tests that go through every route.

export type Verdict = 'may' | 'hidden' | 'forbidden' | 'unknown';
export type Kind = 'owner' | 'editor' | 'viewer' | 'stranger' | 'nobody' | 'reading key' | 'running key';

/** The owner comes last: what is removed was seen by everybody else before. */
export const kinds: Kind[] = ['nobody', 'stranger', 'viewer', 'reading key', 'running key', 'editor', 'owner'];

/** Of a thing of a project; strangers do not learn that it is there. */
export function rule(owner: Verdict, editor: Verdict, viewer: Verdict, reading: Verdict, running: Verdict) {
  return {
    owner,
    editor,
    viewer,
    'reading key': reading,
    'running key': running,
    stranger: 'hidden',
    nobody: 'unknown',
  } as Record<Kind, Verdict>;
}

export function verdictOf(status: number): Verdict {
  if (status === 401) return 'unknown';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'hidden' : 'may';
}
