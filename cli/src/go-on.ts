// What the commands that let a task go on have in common: the task as it is then, or watched to its next stop.
import { dataOf } from '@builder-ai/client/client';
import type { Task } from '@builder-ai/client/names';
import type { Options } from './command.ts';
import type { Exit } from './exit-codes.ts';
import type { Session } from './session.ts';
import { describeTask, exitOfTask } from './task-words.ts';
import { watchTask } from './watch-task.ts';

type Call = (params: { path: { id: string }; header: { 'Idempotency-Key': string } }) => Promise<Task>;

/** @param call sends the command @param words what happens to the task now */
export async function goOn(session: Session, id: string, { watch }: Options, call: Call, words: string): Promise<Exit> {
  const { api, out } = session;
  const path = { id };
  // It may stand still again before the answer is there: what is shown begins where it stood.
  const before = watch ? await dataOf(api.GET('/tasks/{id}', { params: { path } })) : undefined;
  const task = await call({ path, header: { 'Idempotency-Key': crypto.randomUUID() } });
  const ended = before && (await watchTask(session, id, before.seq));
  if (out.json) out.data(ended ?? task, ended ? undefined : 2);
  else if (ended) describeTask(out, ended);
  else out.line(words);
  return ended ? exitOfTask(ended) : 'ok';
}
