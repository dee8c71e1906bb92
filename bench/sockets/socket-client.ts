// A socket.io client that is light enough for thousands in one process: WebSocket only, one namespace, text only
// (https://socket.io/docs/v4/engine-io-protocol, https://socket.io/docs/v4/socket-io-protocol).
import type { Socket as NetSocket } from 'node:net';
import { WebSocket } from 'ws';

export type SocketClient = {
  /** Sends a message and resolves with what it is answered. */
  ask(name: string, ...data: unknown[]): Promise<unknown>;
  /** Reads nothing more, and stays connected. */
  stall(): void;
  resume(): void;
  /** Pulls the plug. */
  cut(): void;
  isOpen(): boolean;
};

export type SocketClientOptions = {
  url: string;
  path: string;
  headers?: Record<string, string>;
  /** One address has some 28,000 ports. */
  localAddress?: string;
  onMessage: (name: string, data: unknown) => void;
};

const ENGINE = { open: '0', ping: '2', pong: '3', message: '4' };
const SOCKET = { connect: '0', event: '2', ack: '3', refused: '4' };

export function openSocketClient(options: SocketClientOptions): Promise<SocketClient> {
  const { url, path, headers = {}, localAddress, onMessage } = options;
  const address = `${url.replace(/^http/, 'ws')}${path}/?EIO=4&transport=websocket`;
  const ws = new WebSocket(address, { headers, perMessageDeflate: false, ...(localAddress && { localAddress }) });
  const asked = new Map<number, (answer: unknown) => void>();
  let next = 0;
  return new Promise((resolve, reject) => {
    ws.on('error', reject);
    ws.on('close', () => reject(new Error('The connection was closed.')));
    ws.on('message', (raw) => {
      const text = String(raw);
      if (text === ENGINE.ping) ws.send(ENGINE.pong);
      else if (text.startsWith(ENGINE.open)) ws.send(ENGINE.message + SOCKET.connect);
      else if (text.startsWith(ENGINE.message + SOCKET.connect)) resolve(client);
      else if (text.startsWith(ENGINE.message + SOCKET.refused)) reject(new Error(text));
      else if (text.startsWith(ENGINE.message + SOCKET.event)) {
        const [name, data] = JSON.parse(text.slice(2)) as [string, unknown];
        onMessage(name, data);
      } else if (text.startsWith(ENGINE.message + SOCKET.ack)) {
        const [, id = '', answer = '[]'] = text.match(/^43(\d+)(.*)$/s) ?? [];
        asked.get(Number(id))?.((JSON.parse(answer) as unknown[])[0]);
        asked.delete(Number(id));
      }
    });
    const raw = () => (ws as unknown as { _socket: NetSocket })._socket;
    const client: SocketClient = {
      ask(name, ...data) {
        const id = next;
        next += 1;
        return new Promise((answer) => {
          asked.set(id, answer);
          ws.send(`${ENGINE.message}${SOCKET.event}${id}${JSON.stringify([name, ...data])}`);
        });
      },
      stall: () => void raw().pause(),
      resume: () => void raw().resume(),
      cut: () => ws.terminate(),
      isOpen: () => ws.readyState === WebSocket.OPEN,
    };
  });
}
