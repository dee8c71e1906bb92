// How the gateway's own endpoints learn who calls: by session or key, with the same rules as for the proxied routes.
import { ACCESS } from '@builder-ai/contracts/identity';
import { type Identify, NOBODY } from '@builder-ai/platform/endpoint';
import type { Request } from 'express';
import type { Deps } from '../deps.ts';
import type { ClientAddress } from '../proxy/client-address.ts';
import { type Caller, checkAccess } from './caller.ts';
import { checkOrigin } from './same-origin.ts';
import type { SignedInFrom } from './session-store.ts';

export function byCaller({ callers, trustedOrigins }: Pick<Deps, 'callers' | 'trustedOrigins'>): Identify {
  return async (access, request) => {
    if (ACCESS[access] === null) {
      // Signing in is worth protecting as well: another origin's page could sign somebody in as somebody else.
      checkOrigin(request, trustedOrigins);
      return NOBODY;
    }
    const { locals } = request.res as unknown as { locals: { caller?: Caller; client: ClientAddress } };
    const caller = await callers.admit(request, locals.client);
    if (caller.byCookie) checkOrigin(request, trustedOrigins);
    checkAccess(caller, access);
    locals.caller = caller;
    return caller.identity;
  };
}

/** Who was found by byCaller. */
export function callerOf(request: Request): Caller {
  const caller = request.res?.locals.caller as Caller | undefined;
  if (!caller) throw new Error('Only an endpoint that is not public has a caller.');
  return caller;
}

export function signedInFrom(request: Request): SignedInFrom {
  const client = request.res?.locals.client as ClientAddress | undefined;
  return { address: client?.address, userAgent: request.get('user-agent')?.slice(0, 300) };
}
