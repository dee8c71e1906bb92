import { ApiProblem } from './api-problem.ts';

/**
 * A path of the document with its parameters put in. `{path}` is the rest of a path, whose slashes stay.
 * @throws ApiProblem when a part would lead elsewhere: what goes to a server is what was asked for
 */
export function toPath(template: string, values: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parts = name === 'path' ? String(values[name]).split('/') : [String(values[name])];
    if (parts.some((part) => part === '.' || part === '..'))
      throw new ApiProblem({ title: 'Bad request', status: 400, detail: `${values[name]} leads elsewhere.` });
    return parts.map(encodeURIComponent).join('/');
  });
}
