// Declares HTTP endpoints as data: who may call it, what it takes, and a handler that returns its answer.
import type { Readable } from 'node:stream';
import type { ErrorCode } from '@builder-ai/contracts/error-codes';
import { ACCESS, type Access, IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import type { PlainAnswer, Shape } from '@builder-ai/contracts/shape';
import express, { type Express, type Request, type Response, type Router } from 'express';
import type Joi from 'joi';
import { answeredUnchanged, etagOf } from './etag.ts';
import type { IdentityVerifier } from './identity.ts';
import { AppError } from './problem.ts';

export const MAX_BODY_BYTES = 256 * 1024;

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

export type Answer = {
  status: number;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is; the handler sets its content-type. A function, where an `etag` may make it needless to begin. */
  stream?: Readable | (() => Readable);
  /** With an `etag` a read is answered 304 to whoever has it; what is JSON gets one of its bytes by itself. */
  headers?: Record<string, string>;
};

export type EndpointContext<Deps, Body, Query> = {
  deps: Deps;
  body: Body;
  query: Query;
  params: Record<string, string>;
  identity: Identity;
  request: Request;
};

/** What the API documents say of an endpoint besides what it takes; the documents need it of each one that is routed. */
export type EndpointDescription<Body = unknown> = {
  /** A line, in the imperative. */
  summary?: string;
  /** What it answers when it succeeds, by status; `alsoAs` names media types that the client may choose. */
  answers?: Readonly<Record<number, PlainAnswer | (Shape & { alsoAs?: readonly string[] })>>;
  /** Errors of its own, besides those that the gateway, its access and its input bring along. */
  errors?: readonly ErrorCode[];
  /** A body that it takes: an example, checked when the documents are made. */
  bodySample?: Partial<Body> | string;
  /** Headers of its own that a client may send, with their meaning. */
  headers?: Readonly<Record<string, string>>;
  /** Why a POST takes no Idempotency-Key, in a line; every other takes one. */
  withoutIdempotencyKey?: string;
};

export type Endpoint<Deps, Body = unknown, Query = unknown> = EndpointDescription<Body> & {
  method: Method;
  path: string;
  /** Required on every endpoint: the tenant tests are generated from it. */
  access: Access;
  body?: Joi.ObjectSchema<Body>;
  query?: Joi.ObjectSchema<Query>;
  /** Takes text of this type in place of JSON: `body` is a string, as it came. */
  text?: { type: string; maxBytes: number };
  handle(context: EndpointContext<Deps, Body, Query>): Promise<Answer> | Answer;
};

/** Ties the types of an endpoint's parts together. */
export function endpoint<Deps, Body = unknown, Query = unknown>(
  definition: Endpoint<Deps, Body, Query>,
): Endpoint<Deps> {
  return definition as unknown as Endpoint<Deps>;
}

export type EndpointDeps = { identity: IdentityVerifier };

export const NOBODY: Identity = { userId: '', kind: 'user', scopes: [] };

/** Says who a request acts for. @throws AppError when it may not do what `access` names */
export type Identify = (access: Access, request: Request) => Promise<Identity>;

/** Registers endpoints in the order of the list. @param identify the gateway's own; a service believes assertions */
export function mountEndpoints<Deps>(
  app: Express | Router,
  endpoints: readonly Endpoint<Deps>[],
  deps: Deps,
  identify: Identify,
): void {
  const parseJson = express.json({ limit: MAX_BODY_BYTES, type: () => true });
  for (const definition of endpoints) {
    const route = async (request: Request, response: Response) => {
      const identity = await identify(definition.access, request);
      if (definition.text) await parseText(definition.text, request, response);
      else if (definition.method !== 'get') await parseBody(parseJson, request, response);
      const answer = await definition.handle({
        deps,
        identity,
        request,
        params: checkParams(request.params as Record<string, string>),
        body: checkBody(definition, request.body),
        query: checkQuery(definition, { ...request.query }),
      });
      send(answer, request, response);
    };
    (app as Router)[definition.method](definition.path, route);
  }
}

/** How a service finds out who a request acts for: by the assertion that the gateway, or another service, signed. */
export function byAssertion({ identity: verifier }: EndpointDeps): Identify {
  return async (access, request) => {
    const scope = ACCESS[access];
    if (scope === null) return NOBODY;
    const identity = await verifier.verify(request.get(IDENTITY_HEADER));
    if (!identity.scopes.includes(scope) || (access === 'service' && identity.kind !== 'service'))
      throw new AppError('FORBIDDEN');
    return identity;
  };
}

/** Content type is checked before parsing, so that a form or text is 415 and broken JSON 400. */
function parseBody(parse: express.RequestHandler, request: Request, response: Response): Promise<void> {
  const length = request.get('content-length');
  const hasBody = request.get('transfer-encoding') !== undefined || (length !== undefined && length !== '0');
  if (!hasBody) return Promise.resolve();
  if (!request.is('application/json') && !request.is('application/*+json')) throw new AppError('MEDIA_TYPE');
  return new Promise((resolve, reject) =>
    parse(request, response, (error?: unknown) => (error ? reject(error) : resolve())),
  );
}

function parseText({ type, maxBytes }: { type: string; maxBytes: number }, request: Request, response: Response) {
  if (!request.is(type)) throw new AppError('MEDIA_TYPE', { detail: `Send it as ${type}.` });
  const parse = express.text({ type, limit: maxBytes, defaultCharset: 'utf-8' });
  const tooLarge = new AppError('BODY_TOO_LARGE', { detail: `The body may have ${maxBytes} bytes at most.` });
  return new Promise<void>((resolve, reject) =>
    parse(request, response, (error?: { type?: string }) => {
      if (error) reject(error.type === 'entity.too.large' ? tooLarge : error);
      else resolve();
    }),
  );
}

function checkBody<Deps>(definition: Endpoint<Deps>, body: unknown): unknown {
  if (definition.text) return typeof body === 'string' ? body : '';
  refuseUnstorable(body, 'body');
  if (definition.body) return checkInput(definition.body, body ?? {}, 'body');
  const fields = Object.keys((body ?? {}) as object).slice(0, MAX_FAULTS);
  if (fields.length > 0) {
    throw new AppError('INPUT_INVALID', { errors: fields.map((field) => ({ field, message: 'is not allowed' })) });
  }
  return undefined;
}

function checkQuery<Deps>(definition: Endpoint<Deps>, query: object): unknown {
  refuseUnstorable(query, 'query');
  return definition.query ? checkInput(definition.query, query, 'query') : {};
}

/** The parts of a wildcard are a file's path: whoever takes one has its own rules for it. */
function checkParams(params: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(params)) if (typeof value === 'string') refuseUnstorable(value, name);
  return params;
}

/** Deeper than anything meant, and not so deep that whoever walks through it runs out of stack. */
const MAX_NESTING = 100;

/** PostgreSQL stores neither NUL nor half a surrogate pair: better a clear fault here than an error there. */
function refuseUnstorable(value: unknown, field: string, depth = 0): void {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
    throw inputFault(field, 'must be well-formed text without NUL characters');
  if (value === null || typeof value !== 'object') return;
  if (depth > MAX_NESTING) throw inputFault(field, `must not be nested more than ${MAX_NESTING} levels deep`);
  for (const [name, item] of Object.entries(value)) {
    // A copy of the value would take this for its prototype.
    if (name === '__proto__') throw inputFault(name, 'is not allowed');
    refuseUnstorable(name, field, depth);
    refuseUnstorable(item, depth === 0 ? name : `${field}.${name}`, depth + 1);
  }
}

function inputFault(field: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { errors: [{ field, message }] });
}

/** More fields than any of our schemas has, and not so many that refusing each of them is work. */
const MAX_FIELDS = 200;
/** Whoever has made so many mends these first. */
const MAX_FAULTS = 100;

/**
 * Checks a body or query; unknown fields are faults.
 * @throws AppError INPUT_INVALID with the faults, 100 at most, or the error that the schema itself names by `.error(new AppError(…))`
 */
export function checkInput<T>(schema: Joi.ObjectSchema<T>, input: unknown, where: 'body' | 'query'): T {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) {
    throw inputFault(where, 'must be a JSON object');
  }
  if (Object.keys(input).length > MAX_FIELDS) throw inputFault(where, `may have ${MAX_FIELDS} fields at most`);
  const { error, value } = schema.validate(input, {
    abortEarly: false,
    convert: where === 'query',
    errors: { wrap: { label: '' } },
  });
  if (!error) return value as T;
  if (error instanceof AppError) throw error;
  const errors = (error.details ?? []).slice(0, MAX_FAULTS).map((detail) => ({
    field: detail.path.join('.') || where,
    message: detail.message,
  }));
  throw new AppError('INPUT_INVALID', { errors });
}

function send({ status, headers = {}, body, stream }: Answer, request: Request, response: Response): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.status(status);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const isRead = status === 200 && (request.method === 'GET' || request.method === 'HEAD');
  const etag = headers.etag ?? (isRead && text !== undefined ? etagOf(text) : undefined);
  if (isRead && etag !== undefined && answeredUnchanged(request, response, etag)) {
    if (typeof stream === 'object') stream.destroy();
    return;
  }
  if (stream) sendStream(typeof stream === 'function' ? stream() : stream, response);
  else if (text === undefined) response.end();
  else response.type('json').send(text);
}

function sendStream(stream: Readable, response: Response): void {
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}
