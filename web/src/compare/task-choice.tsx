import type { Task } from '@builder-ai/contracts/task';
import { toPlainText } from '../page/plain-text.ts';
import { statusWords } from '../tasks/task-words.ts';
import { useTaskList } from '../tasks/use-task-list.ts';

type Props = {
  label: string;
  testId: string;
  chosen: string | undefined;
  /** The chosen task, which may be older than those that are listed. */
  known: Task | null;
  /** The other side: those that come from the same task as it are named first. */
  kin: Task | null;
  onChoose: (taskId: string | undefined) => void;
};

/** Which task is on this side. */
export function TaskChoice({ label, testId, chosen, known, kin, onChoose }: Props) {
  const { tasks } = useTaskList();
  const all = known && !tasks.some((task) => task.id === known.id) ? [known, ...tasks] : tasks;
  const isKin = (task: Task) => kin !== null && rootOf(task) === rootOf(kin);
  const [related, others] = [all.filter(isKin), all.filter((task) => !isKin(task))];
  return (
    <label className="choice">
      <span className="choice-label">{label}</span>
      <select
        className="select"
        data-testid={testId}
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.target.value || undefined)}
      >
        <option value="">Choose a task</option>
        {related.length > 0 && <optgroup label="Of the same origin">{related.map(toOption)}</optgroup>}
        <optgroup label={related.length > 0 ? 'Others' : 'Tasks'}>{others.map(toOption)}</optgroup>
      </select>
    </label>
  );
}

const rootOf = (task: Task): string => task.forked_from?.task_id ?? task.id;

function toOption(task: Task) {
  const time = new Date(task.created_at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  // First what tells two forks of one task apart: the end of a long name is cut off.
  return (
    <option key={task.id} value={task.id}>
      {`${time}${task.forked_from ? ', fork' : ''}: ${toPlainText(task.title)} (${statusWords(task)})`}
    </option>
  );
}
