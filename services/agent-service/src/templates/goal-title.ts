// What a goal's text becomes in titles, names and addresses.

const LEADING_WORDS =
  /^(?:(?:please|can you|could you|build|create|make|write|develop|design|implement|generate|give|me|us|a|an|the)\s+)+/i;
const TITLE_LENGTH = 60;

/** One line, without "build me a", shortened at a word. */
export function titleOf(goal: string): string {
  const line = goal.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const bare = line.replace(LEADING_WORDS, '') || line;
  const characters = [...bare];
  const whole = characters.length <= TITLE_LENGTH;
  const cut = characters.slice(0, TITLE_LENGTH).join('');
  const short = whole ? bare : `${cut.slice(0, cut.lastIndexOf(' ') > 20 ? cut.lastIndexOf(' ') : cut.length)}…`;
  const [first = '', ...rest] = [...short];
  return first.toUpperCase() + rest.join('');
}

/** Lower-case letters, digits and hyphens: a package's or folder's name. */
export function slugOf(goal: string): string {
  const slug = titleOf(goal)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug || 'project';
}

/** The things that a REST API is for: the word after "for", in plural. */
export function resourceOf(goal: string): string {
  const word =
    goal.match(/\bfor\s+(?:(?:a|an|the|my|our|managing|storing)\s+)*([a-z]{2,20})\b/i)?.[1]?.toLowerCase() ?? 'items';
  return word.endsWith('s') ? word : `${word}s`;
}
