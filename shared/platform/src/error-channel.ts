// Where logged errors are told to whoever reports them: loggers need not know that, and nothing happens without listeners.
import { channel } from 'node:diagnostics_channel';
import type { RequestContext } from './request-context.ts';

export type LoggedError = {
  service: string;
  module: string;
  message: string;
  error: Error;
  context: RequestContext;
};

export const loggedErrors = channel('builder-ai:logged-error');
