/** Builds the web client, unless web/dist was built from these very sources. */
export function ensureWebClient(root: string, node: string): Promise<void>;
