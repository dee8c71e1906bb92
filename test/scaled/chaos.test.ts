// A few rounds of chaos, as `npm run chaos` makes many: processes are killed, paused and cut off under load, and nothing is
// lost and nothing done twice.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Campaign, startCampaign } from '../chaos/campaign.ts';
import { OUTAGES } from '../chaos/outage.ts';

const SEEDS = [101, 102, 103, 104, 105];

// The witness of each call is written by a command, and commands need bubblewrap.
const hasSandbox = spawnSync('bwrap', ['--version']).status === 0;
const declare = hasSandbox ? describe : describe.skip;

declare(hasSandbox ? 'chaos' : 'chaos (bubblewrap is not there)', () => {
  let campaign: Campaign;

  beforeAll(async () => {
    campaign = await startCampaign({ tasks: 8, steps: 3, actions: 4 });
  }, 180_000);

  afterAll(() => campaign?.close(), 60_000);

  test.each(SEEDS)(
    'a round with seed %d breaks no invariant',
    async (seed) => {
      const { violations, done } = await campaign.round(seed);
      expect(violations).toEqual([]);
      expect(done.kills).toBeGreaterThan(0);
    },
    300_000,
  );

  test.each(OUTAGES)(
    '%s away for a few seconds: readiness says so, nothing is lost, all goes on by itself',
    async (kind) => {
      const { violations } = await campaign.outage(kind, 6);
      expect(violations).toEqual([]);
    },
    300_000,
  );
});
