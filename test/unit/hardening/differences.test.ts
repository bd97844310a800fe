import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences } from '../../hardening/electronegativity/differences.mjs';
import type { AcceptedFinding } from '../../hardening/electronegativity/differences.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const SANDBOX = { check: 'SANDBOX', file: 'main/a.ts', code: 'new BrowserWindow({' };
const CSP = { check: 'CSP', file: '', code: '' };
const because = 'it is set elsewhere';

describe('findings of the scanner against those that were accepted', () => {
  it('fit if each has its like', () => {
    expect(
      differences(
        [SANDBOX, CSP],
        [
          { ...CSP, reason: because },
          { ...SANDBOX, reason: because },
        ],
      ),
    ).toEqual({ unknown: [], vanished: [], withoutReason: [] });
  });

  it.each(['check', 'file', 'code'] as const)('do not fit if the %s differs', (field) => {
    const other = { ...SANDBOX, [field]: 'other' };
    const accepted = { ...SANDBOX, reason: because };
    expect(differences([other], [accepted])).toEqual({
      unknown: [other],
      vanished: [accepted],
      withoutReason: [],
    });
  });

  it('are counted: what is there twice has to be accepted twice', () => {
    const accepted = { ...SANDBOX, reason: because };
    expect(differences([SANDBOX, SANDBOX], [accepted]).unknown).toEqual([SANDBOX]);
    expect(differences([SANDBOX], [accepted, accepted]).vanished).toEqual([accepted]);
  });

  it.each([undefined, '', ' '])('are not accepted with the reason %j', (reason) => {
    const accepted = { ...SANDBOX, reason } as AcceptedFinding;
    expect(differences([SANDBOX], [accepted]).withoutReason).toEqual([accepted]);
  });
});

describe('what is accepted', () => {
  const accepted = JSON.parse(
    readFileSync(resolve(ROOT, 'test/hardening/electronegativity/accepted.json'), 'utf8'),
  ) as AcceptedFinding[];

  it.each(accepted)('$check in $file is about code that is there, and names tests that are', (finding) => {
    const { file, code, reason } = finding;
    if (file !== '') expect(readFileSync(resolve(ROOT, file), 'utf8')).toContain(code);
    expect(reason.length).toBeGreaterThan(20);
    for (const named of reason.match(/(?:main|test)\/[\w./-]+\.ts\b/g) ?? []) {
      expect({ named, exists: existsSync(resolve(ROOT, named)) }).toEqual({ named, exists: true });
    }
  });
});
