// The sandbox port: one command line, run where it can do no harm.

export type SandboxCommand = {
  /** The workspace: the only place it can write to and keep. */
  directory: string;
  signal: AbortSignal;
  timeoutMs: number;
  maxOutputBytes: number;
  /** There will be more commands in this directory: the sandbox of the next one is made ahead. */
  expectMore?: boolean;
  /** Told of what it prints, as it comes: of the beginning, when that is long. */
  onOutput?: (text: string) => void;
};

export type SandboxResult = {
  /** The exit code, as a shell gives it: 128 + n when signal n ended the command; null when we ended it. */
  code: number | null;
  /** Standard output and error, as they came; the middle is left out when it is longer than `maxOutputBytes`. */
  output: string;
  truncated: boolean;
  /** Why we ended it: its time was up, or it printed without end. */
  ended: 'time' | 'output' | null;
};

export type Sandbox = {
  name: string;
  /**
   * Whatever the command started has ended when this resolves or rejects.
   * @throws the signal's reason when it is aborted; Error when the sandbox itself could not be made
   */
  run(command: string, options: SandboxCommand): Promise<SandboxResult>;
};
