// What a goal's text becomes in titles, headings, names and addresses. A goal is up to 2000 characters of anything.

const LEADING_WORDS =
  /^(?:(?:please|can you|could you|i(?:'d| would) like|i (?:want|need)|we (?:want|need)|to|build|create|make|write|develop|design|implement|generate|program|code|give|me|us|my|a|an|the)\s+)+/i;
const TITLE_LENGTH = 60;
const SUMMARY_LENGTH = 160;

/** Characters that would hide text or turn its direction around on a page. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\s\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** The goal as one line of well-formed text. */
export function oneLine(goal: string): string {
  return goal.toWellFormed().replace(INVISIBLE, ' ').trim();
}

/** What is built: the first sentence without "build me a", shortened at a word; `Project` for a goal without text. */
export function titleOf(goal: string): string {
  const line = oneLine(goal);
  const sentence = line.split(/(?<=\S{2})[.!?]+(?:\s+(?=\p{Lu})|$)/u)[0] ?? line;
  const bare = sentence.replace(LEADING_WORDS, '') || line;
  return capitalised(shortened(bare, TITLE_LENGTH)) || 'Project';
}

/** Whom or what a page is for, as its heading: "called X", else what follows "for" or "about", else the title. */
export function headlineOf(goal: string): string {
  const line = oneLine(goal);
  const name = line.match(/\b(?:called|named)\s+["“'«]?([^"”'»,.;:!?]{2,60})/i)?.[1];
  const subject = line.match(
    /\b(?:for|about)\s+(?:(?:my|our|a|an|the|new|small)\s+)*([^,.;:!?]{3,80}?)(?=\s+(?:with|including|that|which|where|using|and|in html)\b|[,.;:!?]|$)/i,
  )?.[1];
  return capitalised(shortened((name ?? subject ?? '').trim(), TITLE_LENGTH)) || titleOf(goal);
}

/** The goal for places with room for two lines. */
export function summaryOf(goal: string): string {
  return shortened(oneLine(goal), SUMMARY_LENGTH);
}

/** Lower-case letters, digits and hyphens: a package's or folder's name. */
export function slugOf(goal: string): string {
  return hyphenated(titleOf(goal)).slice(0, 40).replace(/-+$/, '') || 'project';
}

/** Words that say "API" but not of what. */
const NO_THING =
  /^(?:me|us|it|my|the|a|an|all|use|using|rest|restful|json|http|simple|small|basic|web|crud|build|create|new|testing|learning|fun|data|database)$/i;

/** The things a REST API is for, in plural and as an address: `books`; `items` where the goal does not say. */
export function resourceOf(goal: string): string {
  const line = oneLine(goal);
  const found = [
    /\b(?:for|of|to|that|manage|managing|store|storing|track|tracking|with)\s+(?:(?:a|an|the|my|our|some|manages?|managing|stor(?:es?|ing)|tracks?|tracking|lists?|listing|collections? of|lists? of)\s+)*([a-z]{3,20})\b/gi,
    /\b([a-z]{3,20})\s+(?:rest(?:ful)?\s+)?api\b/gi,
  ].flatMap((pattern) => [...line.matchAll(pattern)].map((match) => (match[1] as string).toLowerCase()));
  return plural(found.find((word) => !NO_THING.test(word)) ?? 'items');
}

/** One of the things: `book`. */
export function itemOf(goal: string): string {
  const resource = resourceOf(goal);
  if (/^(?:movies|cookies|pies|ties|series)$/.test(resource)) return resource.replace(/(?<!serie)s$/, '');
  if (resource.endsWith('ies')) return `${resource.slice(0, -3)}y`;
  if (/(?:ss|x|zz|ch|sh)es$/.test(resource)) return resource.slice(0, -2);
  return /[^s]s$/.test(resource) && resource !== 'news' ? resource.slice(0, -1) : resource;
}

const SAME_IN_PLURAL = /^(?:people|children|data|news|equipment|feedback|music|media|inventory|stock|staff|weather)$/;

function plural(word: string): string {
  if (SAME_IN_PLURAL.test(word) || /[^s]s$/.test(word)) return word;
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

function hyphenated(text: string): string {
  const ascii = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return ascii.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}

/** At most `length` characters as a reader counts them (an emoji is one), cut at a word where there is one. */
function shortened(text: string, length: number): string {
  const characters = [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);
  if (characters.length <= length) return text;
  const cut = characters.slice(0, length - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > length / 3 ? cut.slice(0, space) : cut).replace(/[\s,;:–-]+$/, '')}…`;
}

function capitalised(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('');
}
