// Counts calls of models, what they took and what they cost, by provider.
import type { Metrics } from '@builder-ai/platform/metrics';
import type { Model } from './model.ts';
import type { Models } from './model-choice.ts';
import { ProviderFault } from './provider-fault.ts';

const CALL_BUCKETS = [0.05, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320];
const SHOWN_AT_ONCE = ['answered', 'refused', 'unavailable'];

export function measureModels(models: Models, metrics: Metrics): Models {
  const measured = newMeasure(metrics);
  const { template, claude, chatgpt, local } = models;
  return {
    template: measured(template),
    ...(claude && { claude: measured(claude) }),
    ...(chatgpt && { chatgpt: measured(chatgpt) }),
    ...(local && { local: measured(local) }),
  };
}

function newMeasure(metrics: Metrics): (model: Model) => Model {
  const labels = ['provider', 'model'] as const;
  const calls = metrics.counter(
    'model_calls_total',
    'Calls of models, by how they ended: answered, refused, unavailable, aborted or error.',
    [...labels, 'outcome'],
  );
  const tokens = metrics.counter('model_tokens_total', 'Tokens read (input) and written (output) by models.', [
    ...labels,
    'direction',
  ]);
  const cost = metrics.counter('model_cost_usd_total', 'What answers cost, in dollars.', labels);
  const duration = metrics.histogram('model_call_duration_seconds', 'Time of a call of a model.', CALL_BUCKETS, labels);
  return (model) => {
    const named = { provider: model.agent, model: model.name };
    // Shown before the first call: a series that begins with a call has not grown by it, so no alert would see a slow or failed
    // first one.
    for (const outcome of SHOWN_AT_ONCE) calls.inc({ ...named, outcome }, 0);
    cost.inc(named, 0);
    duration.zero(named);
    return {
      ...model,
      async answer(request) {
        const stop = duration.startTimer(named);
        let outcome = 'answered';
        try {
          const answer = await model.answer(request);
          const { input_tokens, output_tokens, cost_micro_usd } = answer.usage;
          tokens.inc({ ...named, direction: 'input' }, input_tokens);
          tokens.inc({ ...named, direction: 'output' }, output_tokens);
          cost.inc(named, cost_micro_usd / 1_000_000);
          return answer;
        } catch (error) {
          outcome = request.signal.aborted ? 'aborted' : error instanceof ProviderFault ? error.kind : 'error';
          throw error;
        } finally {
          stop();
          calls.inc({ ...named, outcome });
        }
      },
    };
  };
}
