// A stream that ends with an error once it has brought more than was agreed.
import { pipeline, type Readable, Transform } from 'node:stream';
import { AppError } from '../problem.ts';

/** @throws into the stream AppError ANSWER_TOO_LARGE; the source is destroyed with it */
export function limitBytes(source: Readable, maxBytes: number): Readable {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new AppError('ANSWER_TOO_LARGE'));
      else done(null, chunk);
    },
  });
  // Whoever reads sees the error; there is nothing more to do here.
  pipeline(source, limited, () => {});
  return limited;
}
