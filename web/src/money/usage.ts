/** What `GET /tasks/:id/usage` says of a task's model calls; money in micro-dollars. */
export type UsageSum = {
  calls: number;
  input_tokens: number;
  output_tokens: number;
  /** With what unknown calls count with in it. */
  cost_micro_usd: number;
  /** Calls that were interrupted: nobody knows whether they were paid. */
  unknown_calls: number;
  failed_calls: number;
};

export type Usage = {
  total: UsageSum;
  by_model: (UsageSum & { agent: string; model: string })[];
  /** `step` is null for the calls that made the plan. */
  by_step: (UsageSum & { step: number | null })[];
};
