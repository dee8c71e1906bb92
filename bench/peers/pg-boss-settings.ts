// As soon as pg-boss lets it be: a heartbeat of 10 s is its least, polling twice a second and supervising each second too.
// An expiry would be sooner, and is of no use here: it would end each job that takes longer, whoever is alive.
export const PG_BOSS_QUEUE = 'long';
export const PG_BOSS_OPTIONS = { schedule: false, superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 };
export const QUEUE_OPTIONS = { heartbeatSeconds: 10, expireInSeconds: 3_600, retryLimit: 1_000, retryDelay: 0 };
export const WORK_OPTIONS = { pollingIntervalSeconds: 0.5 };
