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

  it('put short columns that find no room below their row, beside each other', () => {
    const lines = answerLines('vault.list', { data: [vault] }, 60);
    expect(lines).toEqual([
      'NAME      STATE   VAULT TYPE       REGION',
      'Payments  ACTIVE  VIRTUAL_PRIVATE  eu-frankfurt-1',
      expect.stringMatching(/^ {4}Created: 2026-11-24 /),
      `    OCID: ${vault.id}`,
    ]);
  });

  it('say what each statement of a policy did to a decision', () => {
    const statement = 'Allow group A to use keys in tenancy';
    const statements = [{ policyName: 'p', statementNumber: 2, statement, outcome: 'is for others' }];
    const text = shown('policy.check', {
      decisions: [{ permission: 'KEY_READ', isAllowed: false, statements }],
    });
    expect(text.replace(/\s+/g, ' ')).toContain(`"${statement}" (p, statement 2) is for others`);
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
    expect(text).toContain('This plan was executed: 1 added, 0 updated, 1 kept as they were;');
  });

  it.each(EVERY_WIDTH)('rule R45: show limits that are exceeded or nearly so, at a width of %d', (width) => {
    const limit = (
      name: 'bucket-count' | 'virtual-private-vault-count',
      after: number,
      isExceeded: boolean,
    ) => ({
      ...{ name, value: 10, used: 1, after, isExceeded },
    });
    const name = 'virtual-private-vault-count';
    const text = shown('backup.plan-restore', samplePlan({ limits: [limit(name, 11, true)] }), width);
    expect(text).toMatch(/\n\nLimits:\n/);
    expect(text).toContain(name);
    expect(text).toContain('EXCEEDED');
    const near = samplePlan({ limits: [limit(name, 8, false), limit('bucket-count', 7, false)] });
    expect(shown('backup.plan-restore', near, width)).toContain('nearly reached');
    expect(shown('backup.plan-restore', near, width)).not.toContain('bucket-count');
    expect(shown('backup.plan-restore', samplePlan({ limits: [limit(name, 7, false)] }))).not.toContain(
      'Limits:',
    );
  });

  it.each(EVERY_WIDTH)(
    'rule R41: show policy statements and their proposed text, at a width of %d',
    (width) => {
      const policy = { policyId: sampleOcid('policy'), policyName: 'cards', statement: 'Allow old' } as const;
      const plan = samplePlan({
        policies: [
          { ...policy, change: 'ADD', proposedStatement: 'Allow new' },
          { ...policy, change: 'REPLACE', proposedStatement: 'Allow other' },
          { ...policy, change: 'BY_HAND' },
        ],
      });
      const words = shown('backup.plan-restore', plan, width).replace(/\s+/g, ' ');
      expect(words).toContain('- policy cards: Allow old to be added: Allow new - policy cards');
      expect(words).toContain('to be replaced by: Allow other');
      expect(words).toContain('no text is proposed: change it by hand.');
    },
  );

  it.each(EVERY_WIDTH)('rule R48: mark what comes back, at a width of %d', (width) => {
    const [vaultItem, keyItem] = samplePlan().items;
    const items = [vaultItem!, { ...keyItem!, isBroughtBack: true }];
    const words = shown(
      'backup.plan-restore',
      samplePlan({ items, keyVersionsToBringBack: 2 }),
      width,
    ).replace(/\s+/g, ' ');
    expect(words).toContain('Brought back 2 key versions of those to add');
    expect(words.match(/YES: comes back/g)).toHaveLength(1);
    expect(shown('backup.plan-restore', samplePlan(), width)).not.toMatch(/comes back|Brought back/);
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
