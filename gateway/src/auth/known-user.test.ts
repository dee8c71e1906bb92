import { expect, test } from '@jest/globals';
import { type KnownUser, newBelieved } from './known-user.ts';

const user = (userId: string): KnownUser => ({ userId, isOwner: false, projects: {} });

/** A reading that ends when the test says so. */
function givenReading() {
  let reads = 0;
  let end: (value: KnownUser | undefined) => void = () => {};
  const read = () => {
    reads += 1;
    return new Promise<KnownUser | undefined>((resolve) => {
      end = resolve;
    });
  };
  return { read, reads: () => reads, end: (value?: KnownUser) => end(value) };
}

test('many who ask at once are answered by one reading, and so are those who ask soon after', async () => {
  const believed = newBelieved();
  const reading = givenReading();
  const answers = Array.from({ length: 50 }, () => believed.get('a', reading.read));
  reading.end(user('u'));
  expect(new Set(await Promise.all(answers)).size).toBe(1);
  expect(await believed.get('a', reading.read)).toEqual(user('u'));
  expect(reading.reads()).toBe(1);
});

test('nobody is remembered as nobody, and a reading that fails is done again', async () => {
  const believed = newBelieved();
  expect(await believed.get('a', async () => undefined)).toBeUndefined();
  await expect(believed.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await believed.get('a', async () => user('u'))).toEqual(user('u'));
});

test.each([
  ['the session', (believed: ReturnType<typeof newBelieved>) => believed.forget('a')],
  ['its user', (believed: ReturnType<typeof newBelieved>) => believed.forgetUser('u')],
])('what was read before %s was forgotten is not believed after', async (_what, forget) => {
  const believed = newBelieved();
  const reading = givenReading();
  const before = believed.get('a', reading.read);
  forget(believed);
  const after = believed.get('a', async () => undefined);
  reading.end(user('u'));
  expect([await before, await after]).toEqual([user('u'), undefined]);
  expect(await believed.get('a', async () => undefined)).toBeUndefined();
  await believed.get('a', async () => user('u'));
  forget(believed);
  expect(await believed.get('a', async () => undefined)).toBeUndefined();
});
