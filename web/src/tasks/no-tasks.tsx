/** Before anything was asked for. */
export function NoTasks() {
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

export function LoadingCards() {
  return (
    <div className="loading" data-testid="loading" role="status">
      <span className="visually-hidden">Loading tasks</span>
      <div className="loading-card" />
      <div className="loading-card" />
    </div>
  );
}
