export type Headers = Record<string, string>;

/** Both throw ApiProblem. An answer without a body gives undefined. */
export type Get = <Body>(path: string) => Promise<Body>;
export type Send = <Body>(method: string, path: string, body?: unknown, headers?: Headers) => Promise<Body>;
