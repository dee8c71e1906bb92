// People of two projects and their keys, made as they would be: by signing up, inviting and accepting.
import type { Product } from '../stories/product.ts';

export type Person = { name: string; headers: Record<string, string> };

export type Answer = { status: number; text: string; json: <T>() => T };

export const PASSWORD = 'correct horse battery staple';

export async function call(
  { url }: Product,
  { headers }: Pick<Person, 'headers'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await response.text();
  return { status: response.status, text, json: <T>() => JSON.parse(text) as T };
}

export const NOBODY: Person = { name: 'nobody', headers: {} };

/** @throws Error when it is refused */
export async function signUp(product: Product, name: string, invitation?: string): Promise<Person> {
  const response = await fetch(`${product.url}/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.com`, password: PASSWORD, name, ...(invitation && { invitation }) }),
  });
  if (response.status !== 201) throw new Error(`Signing up answered ${response.status}: ${await response.text()}`);
  return { name, headers: { cookie: response.headers.getSetCookie()[0]?.split(';')[0] as string } };
}

export async function newProject(product: Product, owner: Person, name: string): Promise<string> {
  return (await call(product, owner, 'POST', '/projects', { name })).json<{ id: string }>().id;
}

export async function join(product: Product, owner: Person, project: string, role: string): Promise<Person> {
  const invited = await call(product, owner, 'POST', `/projects/${project}/invitations`, { role });
  return signUp(product, `${role}-of-${project.slice(-6)}`, invited.json<{ token: string }>().token);
}

/** A person by an API key with these scopes alone. */
export async function byKey(product: Product, person: Person, scopes: string[]): Promise<Person> {
  const made = await call(product, person, 'POST', '/keys', { name: scopes.join(), scopes });
  const { key } = made.json<{ key: string }>();
  return { name: `${person.name} by a key for ${scopes.join(', ')}`, headers: { authorization: `Bearer ${key}` } };
}
