// What the gateway answers outside its list of endpoints: health, signing in by a link, documents and pages.
import { defineShape, NO_CONTENT, type PlainAnswer } from '@builder-ai/contracts/shape';
import { text } from '@builder-ai/contracts/shapes/fields';
import { meShape } from '@builder-ai/gateway/users/user-shape';
import Joi from 'joi';
import type { DescribedEndpoint } from './operations.ts';

const healthShape = defineShape({ schema: Joi.object({ status: text }), sample: { status: 'ok' } });

const readinessShape = defineShape({
  name: 'Readiness',
  schema: Joi.object({
    status: Joi.string().valid('ready', 'degraded', 'not_ready').required(),
    checks: Joi.object()
      .pattern(
        Joi.string(),
        Joi.object({
          status: Joi.string().valid('healthy', 'warning', 'unhealthy').required(),
          error: Joi.string(),
          duration_ms: Joi.number().required(),
        }).unknown(),
      )
      .required(),
  }),
  sample: { status: 'ready', checks: { database: { status: 'healthy', duration_ms: 0.8 } } },
});

const livenessShape = defineShape({
  schema: Joi.object({ status: text, error: Joi.string() }),
  sample: { status: 'alive' },
});

const documentShape = defineShape({ schema: Joi.object().unknown(), sample: {} });

const plain = (type: string, description: string): PlainAnswer => ({ media: [type], description });

const open = (path: string, summary: string, answers: DescribedEndpoint['answers']): DescribedEndpoint => ({
  method: 'get',
  path,
  access: 'public',
  summary,
  answers: answers ?? {},
});

export const pageOperations: readonly DescribedEndpoint[] = [
  open('/health', 'Says that the gateway answers', { 200: healthShape }),
  open('/health/liveness', 'Says whether the process has to be started anew', {
    200: livenessShape,
    503: livenessShape,
  }),
  open('/health/readiness', 'Says whether the gateway can work, and what is not well', {
    200: readinessShape,
    503: readinessShape,
  }),
  {
    method: 'get',
    path: '/metrics',
    access: 'operator',
    summary: 'Gives the gateway’s figures as Prometheus reads them',
    answers: { 200: plain('text/plain', 'Prometheus text format.') },
  },
  { method: 'get', path: '/me', access: 'task.read', summary: 'Says who is signed in', answers: { 200: meShape } },
  {
    method: 'get',
    path: '/sign-in',
    access: 'public',
    summary: 'Signs in by a link that works once: sets the session’s cookie and leads to the page',
    query: Joi.object({ token: Joi.string() }),
    answers: { 303: plain('text/plain', 'See Location.') },
    errors: ['SIGN_IN_LINK_INVALID'],
  },
  {
    method: 'post',
    path: '/sign-out',
    access: 'public',
    summary: 'Ends the session',
    answers: { 204: NO_CONTENT },
    withoutIdempotencyKey: 'a session ends once',
  },
  open('/openapi.json', 'Gives this document', { 200: documentShape }),
  open('/asyncapi.json', 'Gives the events and socket messages as an AsyncAPI document', { 200: documentShape }),
  open('/docs', 'Shows this document as a page', { 200: plain('text/html', 'The API, to read.') }),
  open('/docs/events', 'Shows the events as a page', { 200: plain('text/html', 'The events, to read.') }),
];
