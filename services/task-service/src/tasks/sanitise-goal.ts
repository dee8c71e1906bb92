// Takes script tags, `javascript:` and event handlers out of a goal, until nothing is left that looks like one.
// This is not the defence against script injection (escaping is, wherever a goal is shown): the original product
// promised it. One pass over the text with a growing output: what a removal brings together is looked at again.
import { AppError } from '@builder-ai/platform/problem';

export const MAX_GOAL_LENGTH = 2_000;

const OPENER = '<script';
const CLOSER = '</script>';
const SCHEME = 'javascript:';

/**
 * The goal to store: sanitised and trimmed.
 * @throws AppError GOAL_TOO_LONG (over 2000 characters before trimming), GOAL_EMPTY (blank, also after sanitising)
 */
export function sanitiseGoal(goal: string): string {
  if ([...goal].length > MAX_GOAL_LENGTH) throw new AppError('GOAL_TOO_LONG');
  const clean = removeScripts(goal).trim();
  if (clean === '') throw new AppError('GOAL_EMPTY');
  return clean;
}

/** Linear in the length of the text: each character is added once and removed at most once. */
export function removeScripts(text: string): string {
  const out: string[] = [];
  // Where `<script` began that has no `>` yet, and where a whole `<script…>` began; -1 for none.
  let opening = -1;
  let opened = -1;
  for (const character of text) {
    out.push(character);
    const tail = out.slice(-SCHEME.length).join('').toLowerCase();
    if (opening < 0 && tail.endsWith(OPENER)) opening = out.length - OPENER.length;
    if (character === ':' && tail === SCHEME) out.length -= SCHEME.length;
    else if (character === '=') removeHandler(out);
    else if (character === '>') {
      if (opened >= 0 && tail.endsWith(CLOSER)) out.length = opened;
      else if (opened < 0) opened = opening;
      opening = -1;
    }
    // A removal may have taken the tag that these point at.
    if (out.length < opened + OPENER.length + 1) opened = -1;
    if (out.length < opening + OPENER.length) opening = -1;
  }
  return out.join('');
}

/** `text` ends in `=`: that goes, with the `on…` word before it, if there is one. */
function removeHandler(text: string[]): void {
  let end = text.length - 1;
  while (end > 0 && /\s/.test(text[end - 1] as string)) end -= 1;
  let start = end;
  while (start > 0 && /\w/.test(text[start - 1] as string)) start -= 1;
  const isHandler = end - start > 2 && /^on$/i.test(text.slice(start, start + 2).join(''));
  if (isHandler) text.length = start;
}
