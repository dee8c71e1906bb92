// Lists that are read page by page, newest first: ids rise with time, so the last one of a page is where the next begins.
import Joi from 'joi';

export type PageQuery = { limit: number; cursor?: string };

export const pageQuery = {
  limit: Joi.number().integer().min(1).max(100).default(50),
  cursor: Joi.string().uuid().description('From the Link header of the page before.'),
};

/**
 * @param rows one more than `limit`, when there are more
 * @returns the page, and the header that says where the next one is
 */
export function toPage<Row extends { id: string }>(
  rows: readonly Row[],
  path: string,
  { limit, cursor: _, ...filter }: PageQuery & Record<string, unknown>,
): { page: Row[]; headers: Record<string, string> } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || !last) return { page, headers: {} };
  const given = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const query = new URLSearchParams([...given, ['limit', String(limit)], ['cursor', last.id]] as [string, string][]);
  return { page, headers: { link: `<${path}?${query}>; rel="next"` } };
}
