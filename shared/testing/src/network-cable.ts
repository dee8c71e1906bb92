// A TCP connection from which a test can pull the plug: whoever is at its near end finds the server gone.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type NetworkCable = {
  /** The target's URL with this cable's own host and port. */
  url: string;
  /** Ends every connection at once; new ones are ended too, until it is plugged in again. */
  unplug(): void;
  plugIn(): void;
  /** Whatever goes through arrives so much later, each way; connections that there were are cut. */
  slowDown(delayMs: number): void;
  close(): Promise<void>;
};

/** @param targetUrl a URL with host and port, such as a database's */
export async function openNetworkCable(targetUrl: string): Promise<NetworkCable> {
  const target = new URL(targetUrl);
  const ends = new Set<Socket>();
  let plugged = true;
  let delayMs = 0;

  function join(one: Socket, other: Socket): void {
    ends.add(one);
    // Small answers that come one after the other would wait 40 ms for an acknowledgement, as they do on no real wire.
    one.setNoDelay();
    if (delayMs === 0) one.pipe(other);
    else one.on('data', (chunk) => setTimeout(() => other.write(chunk), delayMs));
    one.on('error', () => {});
    one.on('close', () => {
      ends.delete(one);
      other.destroy();
    });
  }

  function unplug(): void {
    plugged = false;
    for (const end of ends) end.destroy();
  }

  const server = createServer((near) => {
    if (!plugged) {
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    join(near, far);
    join(far, near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(targetUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    unplug,
    plugIn() {
      plugged = true;
    },
    slowDown(ms) {
      unplug();
      delayMs = ms;
      plugged = true;
    },
    close() {
      unplug();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
