import type { Task } from '@builder-ai/contracts/task';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useProjectUpdates } from '../live/use-project-updates.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { GoalForm } from './goal-form.tsx';
import { LoadingCards, NoTasks } from './no-tasks.tsx';
import { TaskCard } from './task-card.tsx';
import { useTaskList } from './use-task-list.ts';
import '../styles/goal.css';

/** More are on the page of all tasks. */
const RECENT = 12;

/** The goal first, then what was asked for before, newest first, on the same page. */
export function Home() {
  const list = useTaskList();
  useProjectUpdates(list.take);
  const newest = list.tasks[0];
  /** What the user opened or closed by hand; otherwise the newest is open. */
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isExpanded = (task: Task) => chosen.get(task.id) ?? task === newest;

  const onCreated = (task: Task) => {
    // The new task takes the stage: what was open before closes.
    setChosen(new Map());
    list.take(task);
  };

  return (
    <>
      <GoalForm onCreated={onCreated} />
      <section className="tasks" aria-labelledby="tasks-heading" aria-busy={list.isLoading}>
        <div className="section-head">
          <h2 id="tasks-heading">Recent tasks</h2>
          {list.tasks.length > 0 && <Link to="/board">All tasks</Link>}
        </div>
        {list.problem && (
          <ProblemNotice problem={list.problem}>
            <button type="button" className="button" onClick={list.reload}>
              Try again
            </button>
          </ProblemNotice>
        )}
        {!list.isLoaded && !list.problem && <LoadingCards />}
        {list.isLoaded && list.tasks.length === 0 && <NoTasks />}
        {list.tasks.slice(0, RECENT).map((task) => (
          <TaskCard
            key={task.id}
            task={task}
            isExpanded={isExpanded(task)}
            onToggle={() => setChosen(new Map(chosen).set(task.id, !isExpanded(task)))}
            onTask={list.take}
          />
        ))}
        {list.tasks.length > RECENT && (
          <Link className="button more" to="/board">
            Show all tasks
          </Link>
        )}
      </section>
    </>
  );
}
