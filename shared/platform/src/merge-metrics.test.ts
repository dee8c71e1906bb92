import { expect, test } from '@jest/globals';
import { mergeMetrics } from './merge-metrics.ts';
import { newMetrics } from './metrics.ts';

test('each metric is described once, with the values of all services below it', () => {
  const one =
    '# HELP a_total As.\n# TYPE a_total counter\na_total{service="one"} 1\n\n# HELP b Bs.\n# TYPE b gauge\nb{service="one"} 2\n';
  const two = '# HELP b Bs.\n# TYPE b gauge\nb{service="two"} 3\n';
  expect(mergeMetrics([one, two])).toBe(
    '# HELP a_total As.\n# TYPE a_total counter\na_total{service="one"} 1\n# HELP b Bs.\n# TYPE b gauge\nb{service="one"} 2\nb{service="two"} 3\n',
  );
});

test('nothing of what services show is lost', async () => {
  const [one, two] = [newMetrics('one'), newMetrics('two')];
  one.observeRequest('GET /a', 12, 200);
  two.observeRequest('GET /b', 30, 404);
  const texts = await Promise.all([one, two].map(({ registry }) => registry.metrics()));
  const samples = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const merged = mergeMetrics(texts);
  expect(samples(merged).sort()).toEqual(texts.flatMap(samples).sort());
  const helped = merged.split('\n').filter((line) => line.startsWith('# HELP'));
  expect(new Set(helped).size).toBe(helped.length);
});
