// Output of a program, as much of it as anybody reads: the beginning and the end, however much there is.

export type BoundedOutput = {
  add(chunk: Buffer): void;
  /** All bytes that came, kept or not. */
  total(): number;
  /** What was kept, with a line where something was left out. */
  text(): string;
  truncated(): boolean;
};

/** Never holds much more than `maxBytes`: half of it is the beginning, the other half the end. */
export function boundedOutput(maxBytes: number): BoundedOutput {
  const headBytes = Math.ceil(maxBytes / 2);
  const tailBytes = maxBytes - headBytes;
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  let total = 0;
  const left = () => total - head.length - tail.length;
  return {
    add(chunk) {
      total += chunk.length;
      const room = headBytes - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = chunk.subarray(room);
      if (rest.length > 0 && tailBytes > 0) tail = Buffer.concat([tail, rest]).subarray(-tailBytes);
    },
    total: () => total,
    truncated: () => left() > 0,
    text() {
      if (left() === 0) return Buffer.concat([head, tail]).toString('utf8');
      return `${head.toString('utf8')}\n… ${left()} bytes left out …\n${tail.toString('utf8')}`;
    },
  };
}
