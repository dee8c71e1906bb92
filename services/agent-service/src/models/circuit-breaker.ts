// A provider that fails again and again is left alone for a while: calls are refused at once, and then one is let through
// to see whether it is back.
import { BrokenCircuitError, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { Model } from './model.ts';
import { ProviderFault } from './provider-fault.ts';

export type CircuitBreakerOptions = { failures?: number; coolDownMs?: number };

/** Counts only faults of a provider that may pass; a request that it refuses says nothing about the next one. */
export function withCircuitBreaker(
  model: Model,
  { failures = 5, coolDownMs = 20_000 }: CircuitBreakerOptions = {},
): Model {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof ProviderFault && error.kind === 'unavailable'),
    { halfOpenAfter: coolDownMs, breaker: new ConsecutiveBreaker(failures) },
  );
  return {
    ...model,
    async answer(request) {
      try {
        return await breaker.execute(() => model.answer(request));
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new ProviderFault(`${model.name} failed ${failures} times in a row; it is asked again in a moment.`, {
          kind: 'unavailable',
          mayBePaid: false,
          retryAfterMs: coolDownMs,
        });
      }
    },
  };
}
