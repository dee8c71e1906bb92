import { findFreePort, isPortFree } from './free-port.ts';

const OTHERS_TO_TRY = 20;

/** Checks that the gateway can have its port, or throws an error that says how to choose another. */
export async function checkGatewayPort(host: string, port: number): Promise<number> {
  // The services are told the gateway's address before it listens, so it must be a certain one.
  if (port === 0) return findFreePort();
  const isFree = await isPortFree(port, host).catch((error: NodeJS.ErrnoException) => {
    throw new Error(toExplanation(host, port, error.code ?? error.message));
  });
  if (isFree) return port;
  const other = await findOther(host, port);
  throw new Error(
    `Port ${port} on ${host} is taken by another program. Choose another port:\n\n    PORT=${other} npm start`,
  );
}

function toExplanation(host: string, port: number, code: string): string {
  if (code === 'EACCES') {
    return `Port ${port} needs rights that this account lacks. Choose another port:\n\n    PORT=8000 npm start`;
  }
  return `HOST=${host} cannot be listened on (${code}). The usual one is HOST=127.0.0.1`;
}

async function findOther(host: string, port: number): Promise<number> {
  for (let other = port + 1; other < Math.min(port + OTHERS_TO_TRY, 65536); other += 1) {
    if (await isPortFree(other, host)) return other;
  }
  return findFreePort();
}
