// Whether what the dashboards ask is PromQL: Grafana shows an empty panel for what is not.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, runTool } from './run-tool.ts';
import { findTool } from './tools.ts';

const DASHBOARDS = 'infra/grafana/dashboards';

type Dashboard = { panels: { title: string; targets: { expr: string }[] }[] };

/** promtool reads rules; so each question becomes one. */
export async function checkPanels(root: string): Promise<Outcome> {
  const rules: { alert: string; expr: string }[] = [];
  for (const name of readdirSync(join(root, DASHBOARDS))) {
    try {
      const { panels } = JSON.parse(readFileSync(join(root, DASHBOARDS, name), 'utf8')) as Dashboard;
      for (const { title, targets } of panels)
        for (const { expr } of targets)
          rules.push({ alert: `${name}: ${title}`, expr: expr.replaceAll('$__rate_interval', '5m') });
    } catch (error) {
      return { code: 1, output: `${name} is no dashboard: ${(error as Error).message}` };
    }
  }
  const directory = mkdtempSync(join(tmpdir(), 'builder-panels-'));
  try {
    const file = join(directory, 'panels.yml');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    return await runTool(await findTool('promtool'), ['check', 'rules', file], root);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
