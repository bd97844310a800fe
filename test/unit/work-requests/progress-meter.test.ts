import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProgressMeter } from '../../../main/work-requests/progress-meter.ts';

const anyNumber = fc.oneof(
  fc.double({ min: -10, max: 1e6, noNaN: true }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0),
);

describe('progress', () => {
  it('rule R60: only grows, in whole percent from 0 to 99, whatever the work says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(anyNumber, anyNumber, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
        ),
        (calls) => {
          const meter = new ProgressMeter(() => 0);
          let before = meter.percentComplete;
          expect(before).toBe(0);
          for (const [done, total, from, to] of calls) {
            meter.advance(done, total, from, to);
            const now = meter.percentComplete;
            expect(Number.isInteger(now)).toBe(true);
            expect(now).toBeGreaterThanOrEqual(before);
            expect(now).toBeLessThanOrEqual(99);
            before = now;
          }
        },
      ),
    );
  });

  it('is what was done of the whole, or of a part of it', () => {
    const meter = new ProgressMeter(() => 0);
    meter.advance(1, 4);
    expect(meter.percentComplete).toBe(25);
    meter.advance(1, 2, 30, 90);
    expect(meter.percentComplete).toBe(60);
    meter.advance(0, 0, 30, 70);
    expect(meter.percentComplete).toBe(70);
    meter.advance(5, 5);
    expect(meter.percentComplete).toBe(99);
  });

  it('tells the time left from the pace, once there is one', () => {
    let time = 1000;
    const meter = new ProgressMeter(() => time);
    meter.advance(1, 10);
    expect(meter.millisecondsLeft()).toBeUndefined();
    time += 1000;
    expect(meter.millisecondsLeft()).toBe(9000);
    meter.advance(1, 2);
    expect(meter.millisecondsLeft()).toBe(1000);
    time += 1000;
    expect(meter.millisecondsLeft()).toBe(2000);
  });

  it('tells no time left while nothing is done', () => {
    let time = 0;
    const meter = new ProgressMeter(() => time);
    time = 10_000;
    expect(meter.millisecondsLeft()).toBeUndefined();
  });
});
