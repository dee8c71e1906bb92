// Asks agent-service for something that it answers as text or as a file.
import request from 'supertest';
import type { GivenService } from './given-service.ts';

export async function readText(
  service: GivenService,
  path: string,
): Promise<{ status: number; text: string; type: string }> {
  const { status, text, headers } = await request(service.app)
    .get(path)
    .set(await service.headersFor())
    .buffer(true)
    .parse((response, done) => {
      let all = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        all += chunk;
      });
      response.on('end', () => done(null, all));
    })
    .then((answer) => ({ ...answer, status: answer.status, text: answer.body as string, headers: answer.headers }));
  return { status, text, type: headers['content-type'] ?? '' };
}
