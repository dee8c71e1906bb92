// The OpenTelemetry SDK, as the standard variables (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/)
// set it. It patches no library: our spans say what happens (docs/adr/0022-spans-are-made-by-hand.md).
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Telemetry } from './start-telemetry.ts';

const CLOSE_LIMIT_MS = 3_000;

export function openTraces(service: string): Telemetry {
  const sdk = new NodeSDK({
    serviceName: service,
    instrumentations: [],
    // Prometheus has the metrics, and whoever runs us the logs.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    async close() {
      // A collector that is away must not keep us from ending.
      const limit = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_LIMIT_MS).unref());
      await Promise.race([sdk.shutdown().catch(() => {}), limit]);
    },
  };
}
