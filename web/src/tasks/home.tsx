import type { Task } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { GoalForm } from './goal-form.tsx';
import { TaskCard } from './task-card.tsx';
import { useTaskList } from './use-task-list.ts';

/** The goal first, then what was asked for before, newest first, on the same page. */
export function Home() {
  const list = useTaskList();
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
        <h2 id="tasks-heading">Tasks</h2>
        {list.problem && (
          <ProblemNotice problem={list.problem}>
            <button type="button" className="button" onClick={() => void list.load()}>
              Try again
            </button>
          </ProblemNotice>
        )}
        {!list.isLoaded && !list.problem && <LoadingCards />}
        {list.isLoaded && list.tasks.length === 0 && <NoTasks />}
        {list.tasks.map((task) => (
          <TaskCard
            key={task.id}
            task={task}
            isExpanded={isExpanded(task)}
            onToggle={() => setChosen(new Map(chosen).set(task.id, !isExpanded(task)))}
            onTask={list.take}
          />
        ))}
        {list.next && (
          <button
            type="button"
            className="button more"
            disabled={list.isLoading}
            onClick={() => void list.load(list.next ?? undefined)}
          >
            Show older tasks
          </button>
        )}
      </section>
    </>
  );
}

function NoTasks() {
  return (
    <div className="empty" data-testid="no-tasks">
      <p className="empty-title">Nothing built yet</p>
      <p className="muted">
        Say what you want above. You will see the plan being made, every step as it happens, and the files to look at
        and take away.
      </p>
    </div>
  );
}

function LoadingCards() {
  return (
    <div className="loading" data-testid="loading" role="status">
      <span className="visually-hidden">Loading tasks</span>
      <div className="loading-card" />
      <div className="loading-card" />
    </div>
  );
}
