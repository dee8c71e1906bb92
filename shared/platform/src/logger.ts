// Structured JSON logs: one line an entry, every field at top level, secrets taken out, the request's context added.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import winston from 'winston';
import { type LoggedError, loggedErrors } from './error-channel.ts';
import { redact } from './redact.ts';
import { currentContext, traceIdOf } from './request-context.ts';

export type Fields = Record<string, unknown>;

export type Logger = {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** Pass what was thrown as `error`: its message and whole stack are logged. */
  error(message: string, fields?: Fields): void;
  /** A logger of one module of the same service. */
  child(module: string): Logger;
  close(): Promise<void>;
};

export type LoggerOptions = { service: string; level?: string; file?: string; environment?: string };

/** Opens the service's logger: JSON lines to standard output, or to `file`. */
export function createLogger(options: LoggerOptions): Logger {
  if (options.file) mkdirSync(dirname(options.file), { recursive: true });
  const transport = options.file
    ? new winston.transports.File({ filename: options.file })
    : new winston.transports.Console();
  const writer = winston.createLogger({
    level: options.level ?? 'info',
    format: winston.format.printf((info) => String(info.message)),
    transports: [transport],
  });
  const sink: Sink = {
    writer,
    ended: false,
    close: () =>
      new Promise<void>((resolve) => {
        sink.ended = true;
        transport.once('finish', () => resolve());
        writer.end();
        setTimeout(resolve, 500).unref();
      }),
  };
  return loggerFor(options.service, sink);
}

type Sink = { writer: winston.Logger; ended: boolean; close(): Promise<void> };

function loggerFor(service: string, sink: Sink, module = service): Logger {
  const { writer, close } = sink;
  const write = (level: string, message: string, fields: Fields = {}) => {
    // What is still under way at the end has nowhere to be told, and must not end the process by telling it.
    if (sink.ended || !writer.isLevelEnabled(level)) return;
    writer.log(level, toLine(level, service, module, message, fields));
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error(message, fields) {
      write('error', message, { ...callSite(), ...fields });
      const error = fields?.error;
      if (loggedErrors.hasSubscribers && error instanceof Error)
        loggedErrors.publish({ service, module, message, error, context: currentContext() } satisfies LoggedError);
    },
    child: (name) => loggerFor(service, sink, name),
    close,
  };
}

function toLine(level: string, service: string, module: string, message: string, fields: Fields): string {
  const { request_id, traceparent, task_id } = currentContext();
  const { error, ...rest } = fields;
  return JSON.stringify({
    timestamp: new Date().toISOString(),
    level,
    logger: `${service}.${module}`,
    service,
    module,
    message: redact(message),
    ...(request_id && { request_id }),
    ...(traceparent && { trace_id: traceIdOf(traceparent) }),
    ...(task_id && { task_id }),
    ...(redact(rest) as Fields),
    ...errorFields(error),
  });
}

function errorFields(error: unknown): Fields {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { error: redact(error) };
  const { code } = error as { code?: unknown };
  const clean = redact(error) as { name: string; message: string; stack: string };
  const cause = error.cause === undefined ? {} : { cause: redact(error.cause) };
  return {
    error: clean.message,
    error_name: clean.name,
    stack: clean.stack,
    ...(code ? { error_code: code } : {}),
    ...cause,
  };
}

/** The function and line that logged an error: the first frame outside this file. */
function callSite(): Fields {
  const frame = new Error().stack
    ?.split('\n')
    .find((line, index) => index > 1 && !line.includes('/platform/src/logger.ts'));
  const match = frame?.match(/at (?:(.+?) \()?.*?([^/\\]+:\d+):\d+\)?$/);
  return match ? { function: match[1] ?? 'module', line: match[2] } : {};
}

/** A logger that keeps quiet, for tests and short tools. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
  close: async () => {},
};
