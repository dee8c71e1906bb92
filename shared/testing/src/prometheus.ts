// A real Prometheus for tests, which looks each second.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@builder-ai/local/free-port';
import { startServerProcess } from './server-process.ts';

export type FiringAlert = { name: string; labels: Record<string, string>; annotations: Record<string, string> };

export type TestPrometheus = {
  firing(): Promise<FiringAlert[]>;
  /** How many series a query gives. @throws Error when it is none */
  query(promql: string): Promise<number>;
  close(): Promise<void>;
};

/** @param program where Prometheus is; `rules`: the text of a rule file; `targets`: `host:port` */
export async function startTestPrometheus(program: string, rules: string, targets: string[]): Promise<TestPrometheus> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-test-prometheus-'));
  const port = await findFreePort();
  writeFileSync(join(directory, 'rules.yml'), rules);
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [join(directory, 'rules.yml')],
    scrape_configs: [{ job_name: 'builder-ai', static_configs: [{ targets }] }],
  };
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
  const server = await startServerProcess({
    command: program,
    args: [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    port,
  });
  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`);
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  };
  return {
    async firing() {
      type Alert = { state: string; labels: Record<string, string>; annotations: Record<string, string> };
      const { alerts } = await ask<{ alerts: Alert[] }>('alerts');
      return alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels, annotations }) => ({ name: labels.alertname ?? '', labels, annotations }));
    },
    async query(promql) {
      const { result } = await ask<{ result: unknown[] }>(`query?query=${encodeURIComponent(promql)}`);
      return result.length;
    },
    async close() {
      await server.kill();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
