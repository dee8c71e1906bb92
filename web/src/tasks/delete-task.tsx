import type { Task } from '@builder-ai/contracts/task';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { useChange } from '../settings/use-change.ts';

type Props = { task: Task; onDeleted: () => void };

/** Deletes a task with all that it made; one that runs is ended first. */
export function DeleteTask({ task, onDeleted }: Props) {
  const { api } = useClient();
  const { change, isPending, problem } = useChange(api.deleteTask, [['tasks']]);
  const runs = task.status === 'in_progress' ? 'It is ended first. ' : '';
  return (
    <>
      <ConfirmButton
        testId="delete-button"
        disabled={isPending}
        question={`Delete this task with its files and its timeline? ${runs}There is no way back.`}
        yes="Delete the task"
        no="Keep it"
        onConfirm={() => change(task.id, { onSuccess: onDeleted })}
      >
        Delete
      </ConfirmButton>
      {problem && <ProblemNotice problem={problem} />}
    </>
  );
}
