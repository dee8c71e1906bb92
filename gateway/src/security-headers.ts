// The headers that tell browsers what our pages may do: Helmet's, made once, for they are the same on each answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

export type HeaderList = readonly (readonly [name: string, value: string])[];

const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
      imgSrc: ["'self'", 'data:'],
    },
  },
  // Told only by a gateway that is reached by https: a browser would remember it for localhost as well.
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
  // The preview's pages, which are sandboxed, and ours cannot share one agent cluster anyway.
  originAgentCluster: false,
});

/** Names are in lower case. */
export function newSecurityHeaders(): HeaderList {
  const made: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => void made.push([name.toLowerCase(), String(value)]),
    removeHeader: () => {},
  };
  protect({} as IncomingMessage, response as unknown as ServerResponse, (error?: unknown) => {
    if (error) throw error;
  });
  return made;
}
