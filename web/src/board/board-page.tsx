import { getRouteApi } from '@tanstack/react-router';
import type { BoardSearch } from '../app/search.ts';
import { useTitle } from '../page/use-title.ts';
import { BoardColumns } from './board-columns.tsx';
import { BoardFilters } from './board-filters.tsx';
import { TaskTable } from './task-table.tsx';
import '../styles/board.css';

const route = getRouteApi('/board');

/** All tasks that the reader may see: side by side by how they stand, or one below the other. */
export function BoardPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Tasks');
  const change = (wanted: BoardSearch) =>
    void navigate({ search: (before) => ({ ...before, ...wanted }), replace: true, resetScroll: false });
  const { view, ...filter } = search;
  return (
    <section className="page page-wide" aria-labelledby="board-heading">
      <h1 id="board-heading" className="page-title">
        Tasks
      </h1>
      <BoardFilters search={search} onChange={change} />
      {view === 'list' ? (
        <TaskTable key={JSON.stringify(filter)} filter={filter} />
      ) : (
        <BoardColumns key={JSON.stringify(filter)} filter={filter} />
      )}
    </section>
  );
}
