// Asks another service over HTTP, signed with this service's own identity.
import type { ServiceName } from '@builder-ai/contracts/identity';
import type { IdentityIssuer } from './identity.ts';
import { AppError } from './problem.ts';
import { currentContext } from './request-context.ts';
import { withSpan } from './span.ts';

export type ServiceClient = {
  /**
   * The JSON that the service answers, or undefined for 404.
   * @throws AppError SERVICE_UNAVAILABLE when it does not answer in time or with another status
   */
  find<T>(path: string): Promise<T | undefined>;
};

const TIMEOUT_MS = 5_000;

/** @param self the calling service, `audience` the one called at `baseUrl` */
export function newServiceClient(
  self: ServiceName,
  issuer: IdentityIssuer,
  audience: ServiceName,
  baseUrl: string,
): ServiceClient {
  async function ask<T>(path: string): Promise<T | undefined> {
    const { request_id, traceparent } = currentContext();
    try {
      const response = await fetch(new URL(path, baseUrl), {
        headers: {
          ...(await issuer.headerFor(audience, { userId: self, kind: 'service', scopes: ['read'] })),
          ...(request_id && { 'x-request-id': request_id }),
          ...(traceparent && { traceparent }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new Error(`${audience} answered ${response.status}`);
      // Within the try: the answer may break off, take too long, or be no JSON.
      return (await response.json()) as T;
    } catch (cause) {
      throw new AppError('SERVICE_UNAVAILABLE', { cause, headers: { 'retry-after': '1' } });
    }
  }

  return {
    find: <T>(path: string) =>
      withSpan(
        { service: self, name: `GET ${audience}`, kind: 'client', attributes: { 'server.address': audience } },
        () => ask<T>(path),
      ),
  };
}
