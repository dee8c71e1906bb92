// What was deleted by a service in a user's name is in the audit log once the service has said that it is done.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { givenUser } from './given-user.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({ SIGN_UP: 'open' });
});

afterAll(() => given.close());

const read = async () => (await request(given.url).get('/audit?limit=1000').set(BY_KEY)).body as { action: string }[];

test('a task that was deleted is written down with who did it; one that was not there is not', async () => {
  const user = await givenUser(given, 'user');
  given.tasks.behave((_request, response) => void response.writeHead(404).end());
  expect((await user.call('delete', '/tasks/not-there')).status).toBe(404);
  given.tasks.behave((_request, response) => void response.writeHead(204).end());
  expect((await user.call('delete', '/tasks/old%20task')).status).toBe(204);
  const entry = await eventually(async () => (await read()).find(({ action }) => action === 'task_deleted'));
  expect(entry).toMatchObject({ actor_id: user.id, subject: 'old task' });
  expect((await read()).filter(({ action }) => action === 'task_deleted')).toHaveLength(1);
});
