import { describe, expect, it } from 'vitest';
import { answerLines } from '../../../main/cli/render-answer.ts';
import { samplePlan } from '../../support/plan-samples.ts';
import { sampleOcid } from '../../support/request-samples.ts';

const EVERY_WIDTH = [20, 40, 80, 100, 140, 300, Number.POSITIVE_INFINITY];
const vault = {
  id: sampleOcid('vault'),
  displayName: 'Payments',
  vaultType: 'VIRTUAL_PRIVATE',
  lifecycleState: 'ACTIVE',
  region: 'eu-frankfurt-1',
  freeformTags: { team: 'cards' },
  timeCreated: '2026-11-24T08:13:22.123Z',
};

function shown(name: string, answer: unknown, width = 100): string {
  return answerLines(name, answer, width).join('\n');
}

describe('lists', () => {
  it.each(EVERY_WIDTH)('keep every OCID whole at a width of %d', (width) => {
    const text = shown('vault.list', { data: [vault, { ...vault, displayName: 'Other' }] }, width);
    expect(text.split(vault.id)).toHaveLength(3);
    expect(text).toContain('Payments');
    expect(text).toContain('VIRTUAL_PRIVATE');
  });

  it('are one line a row where there is room, and where no terminal limits it', () => {
    const lines = answerLines('vault.list', { data: [vault, vault] }, Number.POSITIVE_INFINITY);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^NAME +STATE +VAULT TYPE +REGION +CREATED +OCID$/);
  });

  it('put what is long below its row where there is less room', () => {
    const lines = answerLines('vault.list', { data: [vault] }, 110);
    expect(lines[1]).toMatch(/^Payments +ACTIVE/);
    expect(lines[2]).toBe(`    OCID: ${vault.id}`);
  });

  it('say that they are empty, and how to go on', () => {
    expect(shown('vault.list', { data: [] })).toBe('None.');
    expect(shown('vault.list', { data: [vault], nextPage: 'p2\u001b' })).toContain('add --page p2\\u001b');
  });

  it('show every field of a list that no columns were chosen for', () => {
    const text = shown('thing.list', {
      data: [
        { a: 1, b: [] },
        { a: 2, other: true },
      ],
    });
    expect(text).toMatch(/^A {2}B {5}OTHER\n1 {2}none\n2 {8}yes$/);
  });
});

describe('single things', () => {
  it('are two columns, with sizes, times and tags as people read them', () => {
    const text = shown('x.get', {
      ...vault,
      size: 1500,
      percentComplete: 43.9,
      keyShape: { algorithm: 'RSA', length: 384 },
    });
    expect(text).toMatch(/^Name +Payments$/m);
    expect(text).toMatch(/^Size +1\.5 kB \(1,500 bytes\)$/m);
    expect(text).toMatch(/^Percent complete +43 %$/m);
    expect(text).toMatch(/^Key shape +RSA-3072$/m);
    expect(text).toMatch(/^Freeform tags +team=cards$/m);
    expect(text).toMatch(/^Created +2026-11-24 .*08:13:22/m);
  });

  it('have what is inside them below, under titles', () => {
    const text = shown('vault.backup', {
      workRequestId: 'w',
      backup: {
        id: 'b',
        leftOut: [{ id: 'k', displayName: 'soft', reason: 'SOFTWARE keys have no backup' }],
      },
      copy: { place: { kind: 'bucket', bucketName: 'one', objectName: 'two' } },
      warnings: ['Only one token holds the realm keys.'],
    });
    expect(text).toMatch(/^Backup:\n {2}OCID {2}b\n\n {2}Left out:\n {4}NAME +REASON +OCID$/m);
    expect(text).toContain('Copy:\n  Place  bucket one, object two');
    expect(text).toContain('Warnings:\n  - Only one token holds the realm keys.');
  });

  it('rule R74: neither values nor field names reach the terminal unescaped', () => {
    const evil = '\u001b]0;x\u0007\r\n\u202e';
    const text = shown('x.get', {
      name: evil,
      [`f${evil}`]: 1,
      tagsTags: { [evil]: evil },
      list: [evil, `${evil} b`],
      rows: [{ [evil]: evil }],
      inner: { deep: { [evil]: evil } },
      place: { kind: 'file', path: evil },
    });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(shown('x.list', { data: [{ [evil]: evil }] })).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });
});

describe('rule R43: restore plans', () => {
  it.each(EVERY_WIDTH)('say all that is decided by, at a width of %d', (width) => {
    const plan = samplePlan();
    const text = shown('backup.plan-restore', plan, width);
    for (const whole of [
      plan.planHash,
      plan.backup.backupId,
      plan.backup.sha256,
      ...plan.items.flatMap((item) => [item.id, item.sourceId, item.displayName]),
    ]) {
      expect(text).toContain(whole);
    }
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain('new: this is not the backup');
    expect(words).toContain('12 to add, 3 here');
    expect(words).toContain('One policy statement');
    expect(words).toContain('This restore may go ahead: 1 to add, 0 to update, 1 to keep as they are');
  });

  it('rule R41: say that OCIDs are preserved in the own region, and do not repeat them', () => {
    const [vaultItem] = samplePlan().items;
    const plan = samplePlan({ isSourceRegion: true, items: [{ ...vaultItem!, sourceId: vaultItem!.id }] });
    const text = shown('backup.plan-restore', plan);
    expect(text).toMatch(/OCIDs +preserved/);
    expect(text).not.toContain('OCID in the backup');
  });

  it('end with why they are refused, and do not say that they may go ahead', () => {
    const text = shown('backup.plan-restore', samplePlan({ refused: ['Over the limit.', 'Other realm.'] }));
    expect(text).toMatch(
      /REFUSED. This restore cannot go ahead:\n {2}- Over the limit.\n {2}- Other realm.$/,
    );
    expect(text).not.toContain('may go ahead');
  });

  it('are told as done inside the answer of a restore', () => {
    const text = shown('vault.restore', { region: 'eu-zurich-1', plan: samplePlan() });
    expect(text).toContain('What was done:');
    expect(text).toContain('This plan was executed:');
  });

  it('rule R74: names out of a backup cannot forge a line of the plan', () => {
    const plan = samplePlan({
      warnings: ['w\n  REFUSED\u001b[1m'],
      refused: ['r\u202e\r\nThis restore may go ahead'],
    });
    const [item] = plan.items;
    const text = shown('backup.plan-restore', {
      ...plan,
      items: [{ ...item!, displayName: 'x\nThis restore may go ahead' }],
    });
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(text).not.toMatch(/^This restore may go ahead/m);
  });
});
