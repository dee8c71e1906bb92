// The tool servers that the operator has configured: a file in the form that other clients of the Model Context Protocol
// read as well (https://modelcontextprotocol.io).
import { readFile } from 'node:fs/promises';
import Joi from 'joi';

/** A program on this machine that speaks over its standard input and output, or an address. */
export type McpServer =
  | { name: string; command: string; args: string[]; env: Record<string, string> }
  | { name: string; url: string; headers: Record<string, string> };

type McpFile = { mcpServers: Record<string, Omit<McpServer, 'name'>> };

const texts = Joi.object().pattern(Joi.string(), Joi.string()).default({});

const schema = Joi.object<McpFile, true>({
  mcpServers: Joi.object()
    // Part of the name of each of its tools.
    .pattern(
      /^[a-zA-Z0-9-]{1,30}$/,
      Joi.alternatives(
        Joi.object({
          command: Joi.string().required(),
          args: Joi.array().items(Joi.string()).default([]),
          env: texts,
        }),
        Joi.object({
          url: Joi.string()
            .uri({ scheme: ['http', 'https'] })
            .required(),
          headers: texts,
        }),
      ),
    )
    .required(),
});

/** @throws Error that names the file and what is wrong with it */
export async function readMcpServers(file: string): Promise<McpServer[]> {
  const fault = (why: string) => new Error(`MCP_SERVERS: ${file} ${why}`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fault(`cannot be read (${error.code}).`);
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw fault('is not JSON.');
  }
  const { error, value } = schema.validate(content, { convert: false, errors: { wrap: { label: '' } } });
  if (error) throw fault(`has a fault: ${error.message}.`);
  return Object.entries(value.mcpServers).map(([name, server]) => ({ name, ...server }) as McpServer);
}
