import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleLock } from '../../../main/window/idle-lock.ts';

describe('the idle lock (rule R71)', () => {
  const minutes = (count: number): void => void vi.advanceTimersByTime(count * 60_000);
  let locks = 0;
  let idle: IdleLock;

  beforeEach(() => {
    vi.useFakeTimers();
    locks = 0;
    idle = new IdleLock(5, () => (locks += 1));
    idle.touch();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('comes after the minutes that are set, and once', () => {
    minutes(4.9);
    expect(locks).toBe(0);
    minutes(0.1);
    expect(locks).toBe(1);
    minutes(60);
    expect(locks).toBe(1);
  });

  it('waits anew whenever the user does something', () => {
    for (let count = 0; count < 10; count++) {
      minutes(4);
      idle.touch();
    }
    expect(locks).toBe(0);
    minutes(5);
    expect(locks).toBe(1);
  });

  it('follows a change of the setting at once', () => {
    minutes(4);
    idle.setMinutes(2);
    minutes(1.9);
    expect(locks).toBe(0);
    minutes(0.1);
    expect(locks).toBe(1);
  });

  it('does not come after the end', () => {
    idle.stop();
    minutes(60);
    expect(locks).toBe(0);
  });
});
