import { describe, expect, it } from 'vitest';
import { RunClaims, runToFindAgain } from '../../../../renderer/hooks/run-claims.ts';
import type { WorkRequestOperation } from '../../../../shared/domain/work-request.ts';

const running = (...works: readonly (readonly [id: string, kind: WorkRequestOperation])[]) =>
  Object.fromEntries(
    works.map(([workRequestId, operationType]) => [workRequestId, { workRequestId, operationType }]),
  );

describe('which work request is whose (rule R60)', () => {
  it('knows the run of a call from its first word, and of its kind only', () => {
    const claims = new RunClaims();
    const copy = claims.begin('COPY_OBJECT', {});
    expect(claims.idOf(copy, {})).toBeUndefined();
    expect(claims.idOf(copy, running(['b1', 'BACKUP_VAULT']))).toBeUndefined();
    expect(claims.idOf(copy, running(['b1', 'BACKUP_VAULT'], ['c1', 'COPY_OBJECT']))).toBe('c1');
  });

  it('takes nothing that ran before the call was made', () => {
    const claims = new RunClaims();
    const copy = claims.begin('COPY_OBJECT', running(['c0', 'COPY_OBJECT']));
    expect(claims.idOf(copy, running(['c0', 'COPY_OBJECT']))).toBeUndefined();
    expect(claims.idOf(copy, running(['c0', 'COPY_OBJECT'], ['c1', 'COPY_OBJECT']))).toBe('c1');
  });

  it('mixes no two runs of one kind that were started before either had said a word', () => {
    const claims = new RunClaims();
    const one = claims.begin('BACKUP_VAULT', {});
    const two = claims.begin('BACKUP_VAULT', {});
    // A PIN that is asked for lets the later call begin its work first.
    const first = running(['b2', 'BACKUP_VAULT']);
    expect([claims.idOf(one, first), claims.idOf(two, first)]).toEqual([undefined, undefined]);
    const both = running(['b2', 'BACKUP_VAULT'], ['b1', 'BACKUP_VAULT']);
    expect([claims.idOf(one, both), claims.idOf(two, both)]).toEqual([undefined, undefined]);
    claims.end(two, 'b2');
    expect(claims.idOf(one, running(['b1', 'BACKUP_VAULT']))).toBe('b1');
  });

  it('never gives a run to a second call: not one that is owned, nor one that was answered', () => {
    const claims = new RunClaims();
    const one = claims.begin('DRILL', {});
    expect(claims.idOf(one, running(['d1', 'DRILL']))).toBe('d1');
    const two = claims.begin('DRILL', {});
    expect(claims.idOf(two, running(['d1', 'DRILL']))).toBeUndefined();
    claims.end(one);
    expect(claims.idOf(two, running(['d1', 'DRILL']))).toBeUndefined();
    expect(claims.idOf(two, running(['d1', 'DRILL'], ['d2', 'DRILL']))).toBe('d2');
  });

  it('is in doubt where something else of the kind was begun, as by carrying work out again', () => {
    const claims = new RunClaims();
    const copy = claims.begin('COPY_OBJECT', {});
    const both = running(['c1', 'COPY_OBJECT'], ['c2', 'COPY_OBJECT']);
    expect(claims.idOf(copy, both)).toBeUndefined();
    // What has ended may have been the call's own, whose answer is on the way.
    expect(claims.idOf(copy, running(['c2', 'COPY_OBJECT']))).toBeUndefined();
  });

  it('a call that failed before its work began leaves nothing behind', () => {
    const claims = new RunClaims();
    const refused = claims.begin('COPY_OBJECT', {});
    const next = claims.begin('COPY_OBJECT', {});
    claims.end(refused);
    expect(claims.idOf(next, running(['c1', 'COPY_OBJECT']))).toBe('c1');
  });
});

describe('which run is found again after the window was loaded anew (rule R60)', () => {
  const two = running(['b1', 'BACKUP_VAULT'], ['b2', 'BACKUP_VAULT'], ['c1', 'COPY_OBJECT']);

  it('is the one that the location remembers, whatever else of its kind runs', () => {
    expect(runToFindAgain(two, 'BACKUP_VAULT', 'b2')).toBe('b2');
    expect(runToFindAgain(two, 'BACKUP_VAULT', 'b9')).toBeUndefined();
    expect(runToFindAgain(two, 'COPY_OBJECT', 'b1')).toBeUndefined();
  });

  it('is the first of its kind where none is remembered', () => {
    expect(runToFindAgain(two, 'BACKUP_VAULT', undefined)).toBe('b1');
    expect(runToFindAgain(two, 'DRILL', undefined)).toBeUndefined();
  });
});
