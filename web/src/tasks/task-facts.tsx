import type { Task } from '@builder-ai/contracts/task';
import { Link } from '@tanstack/react-router';
import { useAgents } from '../agents/use-agents.ts';
import { toDayAndTime } from '../page/quantities.ts';
import { agentWords, TYPE_WORDS } from './task-words.ts';

/** What kind of task it is, since when, by whom, and where it comes from. */
export function TaskFacts({ task }: { task: Task }) {
  const found = useAgents();
  const hasModel = found === null || found.models.some(({ agent }) => agent !== 'template');
  const agents = [...new Set((task.plan ?? []).flatMap((step) => step.agent ?? []))];
  const { forked_from: origin } = task;
  return (
    <ul className="card-facts">
      <li className="card-type">{TYPE_WORDS[task.type] ?? task.type}</li>
      <li>
        <time dateTime={task.created_at}>{toDayAndTime(task.created_at)}</time>
      </li>
      {agents.length > 0 && (
        <li data-testid="task-agents">by {agents.map((agent) => agentWords(agent, hasModel)).join(', ')}</li>
      )}
      {origin && (
        <>
          <li>
            <Link
              to="/task/$taskId"
              params={{ taskId: origin.task_id }}
              search={{ at: origin.seq }}
              data-testid="parent-link"
            >
              {`Forked from another task at its entry ${origin.seq}`}
            </Link>
          </li>
          <li>
            <Link to="/compare" search={{ left: origin.task_id, right: task.id }} data-testid="compare-link">
              Compare the two
            </Link>
          </li>
        </>
      )}
    </ul>
  );
}
