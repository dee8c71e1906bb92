import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LeaseLost } from '../src/ledger/facts.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { git } from '../src/workspace/git.ts';
import { repositoryOf, type Workspace } from '../src/workspace/workspace.ts';
import { claim, type GivenService, givenReadyRun, givenService, undisturbed } from './given-service.ts';
import { openWorkspace } from './given-workspace.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

describe('a worker that lost its run while it was paused', () => {
  test('shows no commit that the ledger does not name', async () => {
    const task = 'late-commit';
    await givenReadyRun(service.deps, task);
    const { db } = service.deps;
    // Between the commit in git and the row that names it, somebody else takes the run over.
    const losing: typeof db = {
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          const sent: Parameters<typeof tx.send>[] = [];
          const result = await work({ ...tx, send: (...statement) => void sent.push(statement as never) });
          if (JSON.stringify(sent).includes('step.done'))
            await db.query('update runs set epoch = epoch + 1 where task_id = $1', [task]);
          for (const statement of sent) tx.send(...statement);
          return result;
        }),
    };
    const run = executeRun({ ...service.deps, db: losing }, await claim(service.deps), silentLogger, undisturbed());
    await expect(run).rejects.toThrow(LeaseLost);
    const gitDir = repositoryOf(service.deps.workspaceRoot, task);
    await expect(git(['rev-parse', '--verify', 'refs/heads/main'], { gitDir })).rejects.toThrow('single revision');
  });

  test('does not put back what another one has shown since', async () => {
    const root = service.deps.workspaceRoot;
    const details = { message: 'x', trailers: {} };
    const keep = async (workspace: Workspace) => (await (await workspace.snapshot(null))()).snapshot;
    const paused = await openWorkspace(root, 'put-back', 1, null);
    await paused.writeFile('a', 'a');
    const after = await keep(paused);
    const first = await paused.commit(after, null, details);
    const next = await openWorkspace(root, 'put-back', 2, after);
    await next.writeFile('b', 'b');
    const second = await next.commit(await keep(next), first, details);
    await next.showCommit(second);
    await paused.showCommit(first);
    const gitDir = repositoryOf(root, 'put-back');
    expect((await git(['rev-parse', 'refs/heads/main'], { gitDir })).toString('utf8').trim()).toBe(second);
    expect((await git(['count-objects', '-v'], { gitDir })).toString('utf8')).toContain('garbage: 0');
  });
});
