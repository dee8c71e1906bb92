// What a bus throws when a message can never be published as it is, in contrast to a bus that is away.

/**
 * The bus refuses at least one of the messages for good: it is too large, or the broker does not accept it. Some of the
 * others may have been published. Anything else that `publish` throws means: try again.
 */
export class PublishRejected extends Error {
  constructor(reason: string, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'PublishRejected';
  }
}
