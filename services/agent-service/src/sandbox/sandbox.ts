// The sandbox port: one command line, run where it can do no harm.

export type SandboxCommand = {
  /** The workspace: the only place it can write to and keep. */
  directory: string;
  signal: AbortSignal;
  timeoutMs: number;
  maxOutputBytes: number;
};

export type SandboxResult = {
  /** The exit code; null when a signal ended it. */
  code: number | null;
  /** Standard output and error, as they came, shortened to `maxOutputBytes`. */
  output: string;
  timedOut: boolean;
  truncated: boolean;
};

export type Sandbox = {
  name: string;
  /** @throws when `signal` is aborted; whatever the command started has ended then */
  run(command: string, options: SandboxCommand): Promise<SandboxResult>;
};
