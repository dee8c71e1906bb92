// Counts the commands that agents run, and how they ended.
import type { Metrics } from '@builder-ai/platform/metrics';
import type { Sandbox } from './sandbox.ts';

const COMMAND_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300];

export function measureSandbox(sandbox: Sandbox, metrics: Metrics): Sandbox {
  const starts = metrics.counter(
    'sandbox_starts_total',
    'Commands started in the sandbox, by how they ended: exit, time, output, aborted or error.',
    ['outcome'],
  );
  for (const outcome of ['exit', 'error']) starts.inc({ outcome }, 0);
  const duration = metrics.histogram('sandbox_command_duration_seconds', 'Time of a command.', COMMAND_BUCKETS);
  return {
    ...sandbox,
    async run(command, options) {
      const stop = duration.startTimer();
      let outcome = 'error';
      try {
        const result = await sandbox.run(command, options);
        outcome = result.ended ?? 'exit';
        return result;
      } catch (error) {
        if (options.signal.aborted) outcome = 'aborted';
        throw error;
      } finally {
        stop();
        starts.inc({ outcome });
      }
    },
  };
}
