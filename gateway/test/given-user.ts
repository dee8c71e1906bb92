// People with accounts, signed in, and what they say to the gateway.
import request from 'supertest';
import type { GivenGateway } from './given-gateway.ts';

export type GivenUser = Awaited<ReturnType<typeof givenUser>>;

export const PASSWORD = 'correct horse battery';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export const cookieOf = (answer: request.Response): { cookie: string } => ({
  cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] as string,
});

/** Calls in the name of whoever the headers show. */
export const callerBy =
  (given: GivenGateway, headers: Record<string, string>) => (method: Method, path: string, body?: object) =>
    request(given.url)[method](path).set(headers).send(body);

let count = 0;

/** A new user of a gateway whose SIGN_UP is open, or who comes with an invitation. */
export async function givenUser(given: GivenGateway, name = 'user', invitation?: string) {
  count += 1;
  const email = `${name}-${count}@example.com`;
  const answer = await request(given.url).post('/sign-up').send({ email, password: PASSWORD, name, invitation });
  if (answer.status !== 201) throw new Error(`Signing up answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  const headers = cookieOf(answer);
  return { id: answer.body.user_id as string, name, email, headers, call: callerBy(given, headers) };
}

/** A project of that user. @returns its id */
export async function givenProject(owner: GivenUser): Promise<string> {
  return (await owner.call('post', '/projects', { name: 'a project' })).body.id;
}

/** A user who has joined by an invitation. */
export async function givenMember(
  given: GivenGateway,
  owner: GivenUser,
  project: string,
  role: string,
): Promise<GivenUser> {
  const { body } = await owner.call('post', `/projects/${project}/invitations`, { role });
  return givenUser(given, role, body.token);
}
