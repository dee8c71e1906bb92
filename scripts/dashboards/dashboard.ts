// A Grafana dashboard from a list of panels: rows of three, one query a line.
import type { GeneratedDocument } from '../docs/document.ts';

export type Panel = {
  title: string;
  /** What the values are; Grafana's names of units. */
  unit?: 'short' | 's' | 'reqps' | 'percentunit' | 'currencyUSD' | 'bytes' | 'cps';
  /** Legend → PromQL. */
  queries: Record<string, string>;
  description?: string;
};

export type Dashboard = { uid: string; title: string; panels: Panel[] };

const WIDTH = 8;
const HEIGHT = 8;
const IN_A_ROW = 3;

export function toDocument({ uid, title, panels }: Dashboard): GeneratedDocument {
  const dashboard = {
    uid,
    title,
    tags: ['builder-ai'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }],
    },
    panels: panels.map(toPanel),
  };
  return { path: `infra/grafana/dashboards/${uid}.json`, text: `${JSON.stringify(dashboard, null, 2)}\n` };
}

function toPanel({ title, unit = 'short', queries, description }: Panel, index: number) {
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    ...(description && { description }),
    datasource: { type: 'prometheus', uid: `\${datasource}` },
    gridPos: {
      x: (index % IN_A_ROW) * WIDTH,
      y: Math.floor(index / IN_A_ROW) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: Object.entries(queries).map(([legendFormat, expr], target) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + target),
      expr,
      legendFormat,
    })),
  };
}
