// The model port: one request to a language model, or to something that answers like one.

export type ToolSpec = { name: string; description: string; input_schema: Record<string, unknown> };

export type TextBlock = { type: 'text'; text: string };
export type ToolUseBlock = { type: 'tool_use'; id: string; name: string; input: unknown };
export type ToolResultBlock = { type: 'tool_result'; tool_use_id: string; content: string; is_error: boolean };

/** What only a vendor's models understand, such as their thoughts: kept as it is, and shown to nobody else. */
export type OpaqueBlock = { type: 'opaque'; vendor: 'anthropic' | 'openai'; block: unknown };

export type AnswerBlock = TextBlock | ToolUseBlock | OpaqueBlock;
export type ContentBlock = AnswerBlock | ToolResultBlock;

export type ModelMessage =
  | { role: 'user'; content: (TextBlock | ToolResultBlock)[] }
  | { role: 'assistant'; content: AnswerBlock[] };

export type ModelRequest = {
  purpose: 'plan' | 'build' | 'review' | 'chat';
  system: string;
  messages: ModelMessage[];
  tools: ToolSpec[];
  /** What the request is about, as data: for traces, recordings and the template model. */
  subject: { goal: string; step?: { index: number; count: number } };
  /** The longest answer that may come; part of what the call can cost at most. */
  maxOutputTokens: number;
  /** Told of each piece of text as it comes. */
  onText?: (delta: string) => void;
  signal: AbortSignal;
};

export type Usage = { input_tokens: number; output_tokens: number; cost_micro_usd: number };

export type ModelAnswer = { content: AnswerBlock[]; usage: Usage };

export type Model = {
  /** Who says it, wherever it shows: `template`, `claude`, `chatgpt`, `local`. */
  agent: string;
  /** The model's own name, for usage and commits. */
  name: string;
  /** The worst that this request can cost, in micro-dollars: reserved before it is sent. */
  reserve(request: ModelRequest): number;
  /** @throws ProviderFault when the provider cannot be reached, refuses or breaks off; the signal's reason when aborted */
  answer(request: ModelRequest): Promise<ModelAnswer>;
};
