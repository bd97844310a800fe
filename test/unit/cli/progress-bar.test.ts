import { describe, expect, it } from 'vitest';
import { ProgressBar } from '../../../main/cli/progress-bar.ts';
import type { Progress } from '../../../shared/domain/work-request.ts';

function watched(isTTY: boolean, environment: Record<string, string> = {}) {
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const stream = { isTTY, columns: 59, write: (text: string) => written.push(text) };
  const bar = new ProgressBar(stream, environment, () => clock.milliseconds);
  return { bar, written, clock };
}

function progress(changes: Partial<Progress> = {}): Progress {
  return {
    workRequestId: 'ocid1.workrequest.x',
    operationType: 'BACKUP_VAULT',
    percentComplete: 50,
    activity: 'Sealing',
    ...changes,
  };
}

describe('progress on a terminal', () => {
  it('is one line that is redrawn, with percent, time left and activity', () => {
    const { bar, written, clock } = watched(true);
    bar.show(progress());
    clock.milliseconds = 200;
    bar.show(progress({ percentComplete: 75, millisecondsLeft: 180_000 }));
    expect(written).toEqual([
      'Work request ocid1.workrequest.x\n',
      '\r[##########----------]  50 %: Sealing\u001b[K',
      '\r[###############-----]  75 %, about 3 minutes left: Sealin\u001b[K',
    ]);
  });

  it('names no time left when nothing is left', () => {
    const { bar, written } = watched(true);
    bar.show(progress({ percentComplete: 100, millisecondsLeft: 0, activity: 'Done' }));
    expect(written.join('')).toContain('] 100 %: Done');
  });

  it('is taken away for a question, and not twice', () => {
    const { bar, written } = watched(true);
    bar.show(progress());
    bar.clear();
    bar.clear();
    expect(written.filter((text) => text === '\r\u001b[K')).toHaveLength(1);
  });

  it('does not redraw on a dumb terminal', () => {
    const { bar, written } = watched(true, { TERM: 'dumb' });
    bar.show(progress());
    expect(written[1]).toBe(' 50 %: Sealing\n');
  });

  it('rule R74: an activity cannot write to the terminal by itself', () => {
    const { bar, written } = watched(true);
    bar.show(progress({ activity: 'key \u001b[2J' }));
    expect(written.join('')).toContain('key \\u001b[2J');
  });
});

describe('progress elsewhere', () => {
  it('is a plain line every two seconds at the most', () => {
    const { bar, written, clock } = watched(false);
    for (const [milliseconds, percentComplete] of [
      [0, 1],
      [1999, 2],
      [2000, 3],
      [3000, 4],
    ] as const) {
      clock.milliseconds = milliseconds;
      bar.show(progress({ percentComplete }));
    }
    bar.clear();
    expect(written.slice(1)).toEqual(['  1 %: Sealing\n', '  3 %: Sealing\n']);
  });

  it('rule R60: percent only grows, and begins again with the next work request', () => {
    const { bar, written, clock } = watched(false);
    bar.show(progress({ percentComplete: 60 }));
    clock.milliseconds = 2000;
    bar.show(progress({ percentComplete: 40 }));
    clock.milliseconds = 4000;
    bar.show(progress({ percentComplete: 5, workRequestId: 'ocid1.workrequest.y' }));
    expect(written.filter((text) => text.includes('%'))).toEqual([
      ' 60 %: Sealing\n',
      ' 60 %: Sealing\n',
      '  5 %: Sealing\n',
    ]);
    expect(written).toContain('Work request ocid1.workrequest.y\n');
  });
});
