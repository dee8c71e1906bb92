import { expect, test } from '@jest/globals';
import { newUserLimits } from './user-limits.ts';

test('a user has so many connections, another one has their own, and one given back is free', () => {
  const limits = newUserLimits({ connections: 2, messagesPerMinute: 10 });
  const leave = limits.connect('a');
  limits.connect('a');
  expect(() => limits.connect('a')).toThrow('2 connections');
  limits.connect('b');
  leave();
  leave();
  limits.connect('a');
  expect(() => limits.connect('a')).toThrow('2 connections');
});

test('messages are counted over all connections of a user, and come back with time', () => {
  let time = 0;
  const limits = newUserLimits({ connections: 5, messagesPerMinute: 60, now: () => time });
  limits.connect('a');
  limits.connect('a');
  limits.connect('b');
  for (let sent = 0; sent < 60; sent += 1) limits.pass('a');
  expect(() => limits.pass('a')).toThrow('Too many requests');
  limits.pass('b');
  time = 1_000;
  limits.pass('a');
  expect(() => limits.pass('a')).toThrow('Too many requests');
  time = 3_600_000;
  for (let sent = 0; sent < 60; sent += 1) limits.pass('a');
  expect(() => limits.pass('a')).toThrow('Too many requests');
});
