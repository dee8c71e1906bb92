import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { Home } from '../tasks/home.tsx';
import { BrokenPage, NoSuchPage } from './broken-page.tsx';
import { toBoardSearch, toCompareSearch, toTaskSearch } from './search.ts';
import { Shell } from './shell.tsx';

// The page's own addresses. gateway/src/web-client.ts knows them too: it answers with the page at each of them.

const root = createRootRouteWithContext()({
  component: Shell,
  notFoundComponent: NoSuchPage,
  errorComponent: BrokenPage,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Home,
  // `/?task=<id>` was the address of a task once: what somebody has kept still leads there.
  validateSearch: (query): { task?: string } => (typeof query.task === 'string' ? { task: query.task } : {}),
  beforeLoad: ({ search: { task } }) => {
    if (task) throw redirect({ to: '/task/$taskId', params: { taskId: task } });
  },
});

const board = createRoute({
  getParentRoute: () => root,
  path: '/board',
  validateSearch: toBoardSearch,
  component: lazyRouteComponent(() => import('../board/board-page.tsx'), 'BoardPage'),
});

const task = createRoute({
  getParentRoute: () => root,
  path: '/task/$taskId',
  validateSearch: toTaskSearch,
  component: lazyRouteComponent(() => import('../tasks/task-page.tsx'), 'TaskPage'),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare',
  validateSearch: toCompareSearch,
  component: lazyRouteComponent(() => import('../compare/compare-page.tsx'), 'ComparePage'),
});

const SettingsPage = lazyRouteComponent(() => import('../settings/settings-page.tsx'), 'SettingsPage');

const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsPage });

const settingsSection = createRoute({
  getParentRoute: () => root,
  path: '/settings/$section',
  component: SettingsPage,
});

export const newRouter = () =>
  createRouter({
    routeTree: root.addChildren([home, board, task, compare, settings, settingsSection]),
    defaultPreload: 'intent',
    scrollRestoration: true,
    // Addresses say what they say: `q=1` is a text, and no quotes are put around it.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: toText,
  });

function toText(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : '';
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
