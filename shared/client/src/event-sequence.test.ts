import { describe, expect, test } from '@jest/globals';
import {
  addEvents,
  beginAt,
  EMPTY_SEQUENCE,
  type EventSequence,
  hasGap,
  lastSeq,
  type Sequenced,
} from './event-sequence.ts';

const entry = (seq: number) => ({ seq, text: `entry ${seq}` });
const entries = (...seqs: number[]) => seqs.map(entry);
const start: EventSequence<Sequenced> = EMPTY_SEQUENCE;

describe('the order of a timeline', () => {
  test('nothing known yet: the cursor is 0 and there is no gap', () => {
    expect(lastSeq(start)).toBe(0);
    expect(hasGap(start)).toBe(false);
  });

  test('events in order are taken as they come', () => {
    const sequence = addEvents(addEvents(start, entries(1, 2)), entries(3));
    expect(sequence.events).toEqual(entries(1, 2, 3));
    expect(lastSeq(sequence)).toBe(3);
  });

  test('events of one batch out of order are put in order', () => {
    expect(addEvents(start, entries(3, 1, 2)).events).toEqual(entries(1, 2, 3));
  });

  test('an event after a gap is held back, and the cursor stays before the gap', () => {
    const sequence = addEvents(start, entries(1, 2, 5, 4));
    expect(sequence.events).toEqual(entries(1, 2));
    expect(sequence.held).toEqual(entries(4, 5));
    expect(hasGap(sequence)).toBe(true);
    expect(lastSeq(sequence)).toBe(2);
  });

  test('what the server keeps no longer is not waited for', () => {
    const sequence = beginAt(addEvents(start, entries(21, 22, 24)), 21);
    expect(sequence.events).toEqual(entries(21, 22));
    expect([lastSeq(sequence), hasGap(sequence)]).toEqual([22, true]);
    expect(addEvents(sequence, entries(23, 3)).events).toEqual(entries(21, 22, 23, 24));
    expect(lastSeq(beginAt(start, 21))).toBe(20);
  });

  test('a timeline that goes on from where it was is left as it is; one with a hole begins after it', () => {
    const known = addEvents(start, entries(1, 2));
    expect(beginAt(known, 3)).toBe(known);
    expect(addEvents(beginAt(known, 5), entries(5)).events).toEqual(entries(5));
  });

  test('filling the gap releases what was held', () => {
    const sequence = addEvents(addEvents(start, entries(1, 4, 5)), entries(2, 3));
    expect(sequence.events).toEqual(entries(1, 2, 3, 4, 5));
    expect(hasGap(sequence)).toBe(false);
  });

  test('a gap filled in part releases that part only', () => {
    const sequence = addEvents(addEvents(start, entries(1, 3, 6)), entries(2));
    expect(sequence.events).toEqual(entries(1, 2, 3));
    expect(sequence.held).toEqual(entries(6));
  });

  test('duplicates, taken or held, change nothing and keep the same object', () => {
    const sequence = addEvents(start, entries(1, 2, 4));
    expect(addEvents(sequence, entries(1, 2, 4))).toBe(sequence);
    expect(addEvents(sequence, [])).toBe(sequence);
  });

  test('an event twice in one batch is taken once', () => {
    expect(addEvents(start, entries(1, 1, 2, 2)).events).toEqual(entries(1, 2));
  });

  test('what was given out before is never changed', () => {
    const before = addEvents(start, entries(1, 3));
    addEvents(before, entries(2));
    expect(before.events).toEqual(entries(1));
    expect(before.held).toEqual(entries(3));
  });

  test('any order, with every event doubled, ends as 1..n', () => {
    const all = Array.from({ length: 60 }, (_, index) => index + 1);
    // A fixed stride visits every number once and is far from sorted.
    const shuffled = all.map((_, index) => ((index * 37) % 60) + 1);
    let sequence = start;
    for (const seq of shuffled) sequence = addEvents(addEvents(sequence, entries(seq)), entries(seq));
    expect(sequence.events.map((event) => event.seq)).toEqual(all);
    expect(hasGap(sequence)).toBe(false);
  });
});
