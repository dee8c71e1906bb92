import { expect, test } from '@jest/globals';
import { newCircuit } from './circuit.ts';

const given = () => {
  const clock = { now: 0 };
  const circuit = newCircuit(() => clock.now);
  const fail = (times: number) => {
    for (let nth = 0; nth < times; nth += 1) circuit.failed();
  };
  return { clock, circuit, fail };
};

test('a service that answers now and then is always asked', () => {
  const { circuit, fail } = given();
  for (let round = 0; round < 5; round += 1) {
    fail(9);
    expect(circuit.lets()).toBe(true);
    circuit.succeeded();
  }
});

test('ten failures in a row leave it alone for a second, then one request tries it', () => {
  const { clock, circuit, fail } = given();
  fail(10);
  expect(circuit.lets()).toBe(false);
  clock.now = 999;
  expect(circuit.lets()).toBe(false);
  clock.now = 1_000;
  expect([circuit.lets(), circuit.lets(), circuit.lets()]).toEqual([true, false, false]);
});

test('what that one finds out holds for all', () => {
  const { clock, circuit, fail } = given();
  fail(10);
  clock.now = 1_000;
  circuit.lets();
  fail(1);
  clock.now = 1_500;
  expect(circuit.lets()).toBe(false);
  clock.now = 2_000;
  circuit.lets();
  circuit.succeeded();
  expect([circuit.lets(), circuit.lets()]).toEqual([true, true]);
});
