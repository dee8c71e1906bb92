// What an operator looks at. The first three panels are the original product's.
import type { GeneratedDocument } from '../docs/document.ts';
import { type Dashboard, toDocument } from './dashboard.ts';

const metrics: Dashboard = {
  uid: 'builder-ai-metrics',
  title: 'Builder AI Metrics',
  panels: [
    { title: 'Tasks Created (Rate)', unit: 'cps', queries: { created: 'sum(rate(tasks_created_total[5m]))' } },
    {
      title: 'API Response Time (p95)',
      unit: 's',
      queries: {
        '{{endpoint}}':
          'histogram_quantile(0.95, sum by (endpoint, le) (rate(api_request_duration_seconds_bucket{service="gateway"}[5m])))',
      },
    },
    { title: 'Active Tasks', queries: { active: 'max(active_tasks)' } },
    {
      title: 'Tasks ended (rate)',
      unit: 'cps',
      queries: {
        completed: 'sum(rate(tasks_completed_total[5m]))',
        failed: 'sum(rate(tasks_failed_total[5m]))',
      },
    },
    {
      title: 'Checks that are not healthy',
      queries: { '{{service}}: {{check}}': 'min by (service, check) (health_check) < 1' },
    },
    { title: 'Alerts that fire', queries: { '{{alertname}}': 'count by (alertname) (ALERTS{alertstate="firing"})' } },
  ],
};

const services: Dashboard = {
  uid: 'builder-ai-services',
  title: 'Builder AI: Services',
  panels: [
    { title: 'Requests', unit: 'reqps', queries: { '{{service}}': 'sum by (service) (rate(api_requests_total[5m]))' } },
    {
      title: 'Failed requests (5xx)',
      unit: 'percentunit',
      queries: {
        '{{service}}':
          'sum by (service) (rate(api_requests_total{status=~"5.."}[5m])) / sum by (service) (rate(api_requests_total[5m]))',
      },
    },
    {
      title: 'Response time (p50, p95, p99)',
      unit: 's',
      queries: Object.fromEntries(
        [0.5, 0.95, 0.99].map((quantile) => [
          `{{service}} p${quantile * 100}`,
          `histogram_quantile(${quantile}, sum by (service, le) (rate(api_request_duration_seconds_bucket[5m])))`,
        ]),
      ),
    },
    {
      title: 'Requests by endpoint and status, at the gateway',
      unit: 'reqps',
      queries: {
        '{{endpoint}} {{status}}': 'sum by (endpoint, status) (rate(api_requests_total{service="gateway"}[5m]))',
      },
    },
    {
      title: 'Refused by a limit (429)',
      unit: 'reqps',
      queries: { '{{endpoint}}': 'sum by (endpoint) (rate(api_requests_total{status="429"}[5m]))' },
    },
    {
      title: 'Event loop lag (p99)',
      unit: 's',
      queries: { '{{service}} {{instance}}': 'nodejs_eventloop_lag_p99_seconds' },
    },
    {
      title: 'CPU',
      unit: 'percentunit',
      queries: { '{{service}} {{instance}}': 'rate(process_cpu_seconds_total[5m])' },
    },
    { title: 'Memory', unit: 'bytes', queries: { '{{service}} {{instance}}': 'process_resident_memory_bytes' } },
    {
      title: 'Database: time of a question that takes none',
      unit: 's',
      queries: { '{{service}}': 'max by (service) (health_check_duration_seconds{check="database"})' },
    },
    {
      title: 'Database: connections, and who waits for one',
      queries: {
        '{{service}} open': 'sum by (service) (database_connections)',
        '{{service}} waiting': 'sum by (service) (database_waiting_requests)',
      },
    },
    {
      title: 'Cache hits',
      unit: 'percentunit',
      queries: {
        hits: 'sum(rate(cache_reads_total{result="hit"}[5m])) / sum(rate(cache_reads_total[5m]))',
      },
    },
    { title: 'Free disk', unit: 'percentunit', queries: { '{{service}}': 'min by (service) (disk_free_ratio)' } },
  ],
};

const spine: Dashboard = {
  uid: 'builder-ai-spine',
  title: 'Builder AI: Spine',
  panels: [
    { title: 'Outbox: events that wait', queries: { '{{service}}': 'max by (service) (outbox_waiting)' } },
    { title: 'Outbox: the oldest', unit: 's', queries: { '{{service}}': 'max by (service) (outbox_oldest_seconds)' } },
    { title: 'Outbox: parked keys', queries: { '{{service}}': 'max by (service) (outbox_parked_keys)' } },
    {
      title: 'Messages to apply',
      queries: { '{{service}}: {{topic}}': 'max by (service, topic) (consumer_lag_messages)' },
    },
    {
      title: 'Events applied',
      unit: 'cps',
      queries: {
        '{{service}}: {{topic}}': 'sum by (service, topic) (rate(events_settled_total[5m]))',
        '{{service}}: {{topic}}, ahead of the bus': 'sum by (service, topic) (rate(events_applied_ahead_total[5m]))',
      },
    },
    { title: 'Dead letters', queries: { '{{service}} {{state}}': 'max by (service, state) (dead_letters)' } },
    {
      title: 'Feed: lateness (p50, p95)',
      unit: 's',
      queries: {
        p50: 'histogram_quantile(0.5, sum by (le) (rate(feed_lag_seconds_bucket[5m])))',
        p95: 'histogram_quantile(0.95, sum by (le) (rate(feed_lag_seconds_bucket[5m])))',
      },
    },
    { title: 'Sockets', queries: { '{{instance}}': 'sum by (instance) (sockets_connected)' } },
    { title: 'Tasks watched', queries: { '{{instance}}': 'sum by (instance) (socket_subscriptions)' } },
  ],
};

const agents: Dashboard = {
  uid: 'builder-ai-agents',
  title: 'Builder AI: Agents and cost',
  panels: [
    { title: 'Runs', queries: { '{{state}}': 'max by (state) (runs)' } },
    { title: 'Run queue: the oldest', unit: 's', queries: { oldest: 'max(run_queue_oldest_seconds)' } },
    {
      title: 'Runs claimed, and taken over',
      unit: 'cps',
      queries: {
        claimed: 'sum(rate(runs_claimed_total[5m]))',
        'taken over: {{how}}': 'sum by (how) (rate(run_takeovers_total[5m]))',
      },
    },
    {
      title: 'Model calls by outcome',
      unit: 'cps',
      queries: { '{{provider}} {{outcome}}': 'sum by (provider, outcome) (rate(model_calls_total[5m]))' },
    },
    {
      title: 'Model latency (p50, p95)',
      unit: 's',
      queries: Object.fromEntries(
        [0.5, 0.95].map((quantile) => [
          `{{provider}} p${quantile * 100}`,
          `histogram_quantile(${quantile}, sum by (provider, le) (rate(model_call_duration_seconds_bucket[5m])))`,
        ]),
      ),
    },
    {
      title: 'Tokens',
      unit: 'cps',
      queries: { '{{provider}} {{direction}}': 'sum by (provider, direction) (rate(model_tokens_total[5m]))' },
    },
    {
      title: 'Cost of the last hour',
      unit: 'currencyUSD',
      queries: { '{{provider}} {{model}}': 'sum by (provider, model) (increase(model_cost_usd_total[1h]))' },
    },
    {
      title: 'Commands in the sandbox',
      unit: 'cps',
      queries: { '{{outcome}}': 'sum by (outcome) (rate(sandbox_starts_total[5m]))' },
    },
    {
      title: 'Time of commands (p95)',
      unit: 's',
      queries: { p95: 'histogram_quantile(0.95, sum by (le) (rate(sandbox_command_duration_seconds_bucket[5m])))' },
    },
  ],
};

export const dashboards: readonly Dashboard[] = [metrics, services, spine, agents];

export const dashboardDocuments = (): GeneratedDocument[] => dashboards.map(toDocument);
