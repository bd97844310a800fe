import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditLog } from '../../../main/audit/audit-log.ts';
import type { ExternalCheckpoint } from '../../../main/audit/verify-audit-log.ts';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import type { AuditFlawKind } from '../../../shared/domain/audit.ts';
import type { Attacker } from '../../support/audit-fixture.ts';
import {
  attack,
  authenticate,
  BACKUP_EVENT,
  temporaryAuditLog,
  writeEntries,
} from '../../support/audit-fixture.ts';

const FRA = 'eu-frankfurt-1';
const RUNS = { numRuns: 25 };

/** A log to try things on: emptied and written anew for every run, since opening a catalog takes its time. */
class Ground {
  readonly audit: AuditLog;
  readonly catalog: Catalog;
  readonly path: string;

  constructor() {
    const { audit, catalog, path } = temporaryAuditLog();
    this.audit = audit;
    this.catalog = catalog;
    this.path = path;
  }

  async write(entries: number, checkpointsAfter: readonly number[]): Promise<Uint8Array | undefined> {
    attack(this.path, ({ database }) => {
      for (const table of ['audit_open_events', 'audit_checkpoints', 'audit_entries', 'audit_log']) {
        database.exec(`DELETE FROM ${table}`);
      }
    });
    let written = 0;
    let newest: Uint8Array | undefined;
    for (const after of [...new Set(checkpointsAfter)].sort((left, right) => left - right)) {
      writeEntries(this.catalog, this.audit, after - written);
      written = after;
      newest = await this.audit.checkpoint(FRA, authenticate);
    }
    writeEntries(this.catalog, this.audit, entries - written);
    return newest;
  }
}

interface Damage {
  /** The first entry that is not as it was. */
  readonly place: number;
  readonly kind: AuditFlawKind;
  /** The entry put in is hashed as it should be: a checkpoint of it is what tells first. */
  readonly isWellHashed?: boolean;
  /** Hashing anew would only take it back. */
  readonly isOfHashesOnly?: boolean;
  readonly work: (attacker: Attacker) => void;
}

const CHANGES: Readonly<Record<string, (old: unknown) => unknown>> = {
  time: () => '2020-01-01T00:00:00.000Z',
  event_id: () => randomBytes(16),
  operator_id: (old) => (old === null ? 'somebody' : null),
  operator_name: () => 'mallory',
  operation_name: () => 'vault.get',
  outcome: (old) => (old === 'FAILED' ? 'SUCCEEDED' : 'FAILED'),
  compartment_id: () => '',
  resources: (old) => (old === '[]' ? '[""]' : '[]'),
  error_code: () => 'Conflict',
  error_reason: () => '',
  // The same meaning in another spelling is not what was written either.
  detail: (old) => `${String(old)} `,
  previous_hash: () => randomBytes(32),
  hash: () => randomBytes(32),
};

/** One thing that somebody does to a log of `length` entries, who does not hash anything anew. */
function damageOf(length: number): fc.Arbitrary<Damage> {
  const place = fc.integer({ min: 1, max: length });
  const pair = fc
    .uniqueArray(place, { minLength: 2, maxLength: 2 })
    .map((both) => both.sort((left, right) => left - right) as [number, number]);
  const removed = fc
    .record({ place, count: fc.integer({ min: 1, max: 3 }), isClosed: fc.boolean() })
    .map(({ place, count, isClosed }): Damage => ({
      place,
      kind: place + count > length ? 'CUT_OFF' : 'REMOVED',
      work: (attacker) => {
        attacker.remove(place, count);
        if (isClosed) attacker.move(place + count, -count);
      },
    }));
  const changed = fc
    .record({ place, column: fc.constantFrom(...Object.keys(CHANGES)) })
    .map(({ place, column }): Damage => ({
      place,
      kind: 'CHANGED',
      isOfHashesOnly: ['previous_hash', 'hash', 'detail'].includes(column),
      work: (attacker) => {
        const row = attacker.row(place);
        attacker.put({ ...row, [column]: CHANGES[column]!(row[column]) });
      },
    }));
  const inserted = fc
    .record({ place, forged: fc.constantFrom('well hashed', 'badly hashed', 'loose') })
    .map(({ place, forged }): Damage => ({
      place,
      kind: 'INSERTED',
      isWellHashed: forged === 'well hashed',
      work: (attacker) => {
        const row = attacker.row(place);
        attacker.move(place, 1);
        const previous = forged === 'loose' ? randomBytes(32) : row['previous_hash'];
        attacker.put({
          ...row,
          operation_name: 'vault.get',
          previous_hash: previous,
          hash: randomBytes(32),
        });
        if (forged === 'well hashed') attacker.rehash(place, place);
      },
    }));
  const reordered = fc
    .record({ pair, isSwap: fc.boolean(), isForward: fc.boolean() })
    .map(({ pair: [first, second], isSwap, isForward }): Damage => ({
      place: first,
      kind: 'REORDERED',
      work: (attacker) => {
        const early = attacker.row(first);
        const late = attacker.row(second);
        if (isSwap) {
          attacker.put({ ...early, sequence: second });
          attacker.put({ ...late, sequence: first });
          return;
        }
        const [from, to, taken] = isForward ? [first, second, early] : [second, first, late];
        attacker.remove(from);
        attacker.move(from + 1, -1);
        attacker.move(to, 1);
        attacker.put({ ...taken, sequence: to });
      },
    }));
  return fc.oneof(removed, changed, inserted, reordered);
}

const logAndDamage = fc.integer({ min: 2, max: 40 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    checkpoints: fc.array(fc.integer({ min: 1, max: length }), { maxLength: 4 }),
    damage: damageOf(length),
  }),
);

const header = (encoded: Uint8Array | undefined, isOfThisHome = true): ExternalCheckpoint[] =>
  encoded === undefined ? [] : [{ encoded, source: 'the header of a backup', isOfThisHome }];

describe('verifying the audit log', () => {
  it('rule R61: a log that nobody touched passes, whatever is in it', async () => {
    const ground = new Ground();
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            operationName: fc.string({ unit: 'binary', minLength: 1 }),
            resources: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
            detail: fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), {
              maxKeys: 3,
              noNullPrototype: true,
            }),
            isEnded: fc.boolean(),
            isCheckpoint: fc.boolean(),
          }),
          { maxLength: 20 },
        ),
        async (events) => {
          await ground.write(0, []);
          let newest: Uint8Array | undefined;
          for (const { isEnded, isCheckpoint, ...event } of events) {
            const eventId = ground.audit.begin(event);
            if (isEnded) ground.audit.end(eventId, { outcome: 'SUCCEEDED', ...event });
            if (isCheckpoint) newest = await ground.audit.checkpoint(FRA, authenticate);
          }
          const verified = await ground.audit.verify({
            authenticate,
            externalCheckpoints: header(newest),
          });
          expect(verified.flaws).toEqual([]);
          const endings = events.filter((event) => event.isEnded).length;
          expect(verified.entries).toBe(events.length + endings);
          const checkpoints = events.filter((event) => event.isCheckpoint).length;
          expect(verified.checkpoints).toEqual({
            inCatalog: checkpoints,
            inHeaders: newest === undefined ? 0 : 1,
            authenticated: checkpoints + (newest === undefined ? 0 : 1),
            ofOtherLogs: 0,
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('rule R61: finds what was removed, changed, inserted, reordered or cut off, where it was and of what kind', async () => {
    const ground = new Ground();
    await fc.assert(
      fc.asyncProperty(logAndDamage, async ({ length, checkpoints, damage }) => {
        await ground.write(length, [...checkpoints, length]);
        attack(ground.path, damage.work);
        const [flaw] = (await ground.audit.verify({ authenticate })).flaws;
        const kinds = damage.isWellHashed === true ? [damage.kind, 'REWRITTEN'] : [damage.kind];
        expect(kinds).toContain(flaw?.kind);
        if (flaw?.kind !== damage.kind || damage.kind === 'CUT_OFF')
          expect(flaw?.sequence).toBeLessThanOrEqual(damage.place);
        else expect(flaw.sequence).toBe(damage.place);
      }),
      { numRuns: 80 },
    );
  });

  it('rule R61: finds all but a cut end without any token or checkpoint', async () => {
    const ground = new Ground();
    await fc.assert(
      fc.asyncProperty(logAndDamage, async ({ length, damage }) => {
        fc.pre(damage.kind !== 'CUT_OFF');
        await ground.write(length, []);
        attack(ground.path, damage.work);
        const [flaw] = (await ground.audit.verify()).flaws;
        expect(flaw?.sequence).toBe(damage.place);
      }),
      RUNS,
    );
  });

  it('rule R61: a chain that was hashed anew is found by what the token vouched for', async () => {
    const ground = new Ground();
    await fc.assert(
      fc.asyncProperty(logAndDamage, async ({ length, checkpoints, damage }) => {
        fc.pre(damage.isOfHashesOnly !== true);
        await ground.write(length, [...checkpoints, length]);
        attack(ground.path, (attacker) => {
          damage.work(attacker);
          renumber(attacker);
          attacker.rehash(damage.place);
        });
        const [flaw] = (await ground.audit.verify({ authenticate })).flaws;
        expect(flaw?.sequence).toBeLessThanOrEqual(damage.place);
        // What the token vouches for before the damage is not suspected.
        const vouched = Math.max(0, ...checkpoints.filter((sequence) => sequence < damage.place));
        expect(flaw?.sequence).toBeGreaterThan(vouched);
      }),
      RUNS,
    );
  });

  it('rule R61: and where the checkpoints of the catalog were removed or made anew too, by a backup’s header', async () => {
    const ground = new Ground();
    await fc.assert(
      fc.asyncProperty(logAndDamage, fc.boolean(), async ({ length, damage }, isForged) => {
        fc.pre(damage.isOfHashesOnly !== true);
        const newest = await ground.write(length, [length]);
        attack(ground.path, (attacker) => {
          damage.work(attacker);
          renumber(attacker);
          attacker.rehash(damage.place);
          attacker.database.exec('DELETE FROM audit_checkpoints');
        });
        expect((await ground.audit.verify({ authenticate })).flaws).toEqual([]);
        if (isForged) {
          await ground.audit.checkpoint(FRA, () => Promise.resolve(randomBytes(32)));
        }
        const externalCheckpoints = header(newest);
        const withToken = await ground.audit.verify({ authenticate, externalCheckpoints });
        expect(withToken.flaws.length).toBeGreaterThan(0);
        const chainFlaw = withToken.flaws.find((flaw) => flaw.kind !== 'CHECKPOINT_ALTERED');
        expect(chainFlaw?.sequence).toBeLessThanOrEqual(damage.place);
        expect((await ground.audit.verify({ externalCheckpoints })).flaws).not.toEqual([]);
      }),
      RUNS,
    );
  });

  it('rule R61: a partly rehashed chain is found at or before the place', async () => {
    const ground = new Ground();
    await fc.assert(
      fc.asyncProperty(
        logAndDamage,
        fc.integer({ min: 0, max: 5 }),
        async ({ length, checkpoints, damage }, more) => {
          fc.pre(damage.kind === 'CHANGED' && damage.place + more < length);
          await ground.write(length, checkpoints);
          attack(ground.path, (attacker) => {
            damage.work(attacker);
            attacker.put({ ...attacker.row(damage.place), detail: '{"name":"other"}' });
            attacker.rehash(damage.place, damage.place + more);
          });
          const [flaw] = (await ground.audit.verify({ authenticate })).flaws;
          expect(flaw?.sequence).toBeLessThanOrEqual(damage.place);
        },
      ),
      RUNS,
    );
  });

  it.each([
    ['moved to another entry', 'UPDATE audit_checkpoints SET sequence = 5 WHERE sequence = 4'],
    ['moved past the end', 'UPDATE audit_checkpoints SET sequence = 500 WHERE sequence = 4'],
    ['given another region', `UPDATE audit_checkpoints SET region_id = 'eu-zurich-1' WHERE sequence = 4`],
    ['given no region', `UPDATE audit_checkpoints SET region_id = '' WHERE sequence = 4`],
    [
      'given another time',
      `UPDATE audit_checkpoints SET time = '2026-01-01T00:00:00.000Z' WHERE sequence = 4`,
    ],
    ['given another hash', 'UPDATE audit_checkpoints SET hash = zeroblob(32) WHERE sequence = 4'],
    ['given another HMAC', 'UPDATE audit_checkpoints SET mac = zeroblob(32) WHERE sequence = 4'],
    [
      'given the HMAC of another',
      'UPDATE audit_checkpoints SET mac = (SELECT mac FROM audit_checkpoints WHERE sequence = 8) WHERE sequence = 4',
    ],
  ])('rule R61: finds a checkpoint that was %s', async (_, sql) => {
    const ground = new Ground();
    await ground.write(10, [4, 8]);
    attack(ground.path, ({ database }) => database.exec(sql));
    const { flaws, newestCheckpoint } = await ground.audit.verify({ authenticate });
    expect(flaws).toMatchObject([{ kind: 'CHECKPOINT_ALTERED' }]);
    expect(newestCheckpoint?.sequence).toBe(8);
  });

  it('rule R61: finds a header’s checkpoint that was altered', async () => {
    const ground = new Ground();
    const encoded = Buffer.from((await ground.write(3, [2]))!);
    for (const position of [0, 40, encoded.length - 1]) {
      const altered = Buffer.from(encoded);
      altered[position]! ^= 1;
      const { flaws } = await ground.audit.verify({ authenticate, externalCheckpoints: header(altered) });
      expect(flaws, `byte ${position}`).toMatchObject([{ kind: 'CHECKPOINT_ALTERED' }]);
    }
  });

  it('rule R61: the whole log gone is found by the checkpoints of the catalog, or the header of a backup of this home', async () => {
    const ground = new Ground();
    const newest = await ground.write(6, [6]);
    const wipe = (more: string): void => {
      attack(ground.path, ({ database }) =>
        database.exec(
          `DELETE FROM audit_entries; DELETE FROM audit_log; DELETE FROM audit_open_events; ${more}`,
        ),
      );
    };
    wipe('');
    expect((await ground.audit.verify()).flaws).toMatchObject([{ kind: 'CUT_OFF', sequence: 1 }]);
    wipe('DELETE FROM audit_checkpoints');
    expect((await ground.audit.verify()).flaws).toEqual([]);
    const externalCheckpoints = header(newest);
    expect((await ground.audit.verify({ externalCheckpoints })).flaws).toMatchObject([
      { kind: 'CUT_OFF', sequence: 1 },
    ]);
    // A new log begun in its stead is not the one that was.
    ground.audit.begin(BACKUP_EVENT);
    expect((await ground.audit.verify({ authenticate, externalCheckpoints })).flaws).toMatchObject([
      { kind: 'REMOVED', sequence: 1 },
    ]);
    const ofAnotherHome = await ground.audit.verify({
      authenticate,
      externalCheckpoints: header(newest, false),
    });
    expect(ofAnotherHome).toMatchObject({ flaws: [], checkpoints: { ofOtherLogs: 1 } });
  });

  it('rule R61: an entry of another log is not taken for one of this', async () => {
    const ground = new Ground();
    await ground.write(5, [5]);
    attack(ground.path, ({ database }) =>
      database.prepare('UPDATE audit_log SET log_id = ?').run(randomBytes(16)),
    );
    expect((await ground.audit.verify()).flaws).toMatchObject([{ kind: 'CHANGED', sequence: 1 }]);
    attack(ground.path, ({ database }) => database.exec('DELETE FROM audit_log'));
    expect((await ground.audit.verify()).flaws).toMatchObject([{ kind: 'REMOVED', sequence: 1 }]);
  });

  it('rule R74: a clock that was set back is noted, and is no flaw', async () => {
    const { catalog } = temporaryAuditLog();
    const times = [3, 4, 1, 2, 0].map((minute) => new Date(Date.UTC(2026, 10, 1, 0, minute)));
    const audit = new AuditLog({ catalog, now: () => times.shift()! });
    for (let written = 0; written < 5; written += 1) audit.begin(BACKUP_EVENT);
    expect(audit.list({}).data.map((entry) => entry.time.slice(14, 16))).toEqual([
      '03',
      '04',
      '01',
      '02',
      '00',
    ]);
    expect(await audit.verify()).toMatchObject({
      entries: 5,
      flaws: [],
      clockSetBack: { count: 2, firstSequence: 3 },
    });
  });

  it('reads a log of several batches, and finds what is at their borders', async () => {
    const ground = new Ground();
    await ground.write(3500, [1000, 1001, 3500]);
    expect(await ground.audit.verify({ authenticate })).toMatchObject({ entries: 3500, flaws: [] });
    attack(ground.path, (attacker) => {
      attacker.remove(2001);
    });
    expect((await ground.audit.verify({ authenticate })).flaws).toMatchObject([
      { kind: 'REMOVED', sequence: 2001 },
    ]);
  });
});

/** Numbers without a gap, as somebody who hides a removal makes them. */
function renumber({ database }: Attacker): void {
  const sequences = database
    .prepare<[], number>('SELECT sequence FROM audit_entries ORDER BY sequence')
    .pluck()
    .all();
  const change = database.prepare('UPDATE audit_entries SET sequence = ? WHERE sequence = ?');
  sequences.forEach((sequence, index) => change.run(index + 1, sequence));
}
