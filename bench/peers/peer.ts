/** What is taken over beside ours: two processes of which one has work. */
export type Peer = {
  /** Kills the process that has the work. @returns ms from the kill to the first durable row of another process */
  takeOver(): Promise<number>;
  close(): Promise<void>;
};
