import { expect, it } from 'vitest';
import { pictureOf } from '../../../../../renderer/features/overview/region-picture.ts';
import { risksOf } from '../../../../../renderer/features/overview/risks.ts';
import type { Known } from '../../../../../renderer/features/overview/risks.ts';
import type { CoverageRow } from '../../../../../shared/domain/coverage.ts';
import type { Region } from '../../../../../shared/domain/realm.ts';

const NOTHING_WRONG: Known = {
  provenTokenCount: 2,
  rows: [],
  kits: [
    {
      setId: 'a'.repeat(32),
      threshold: 2,
      shareCount: 3,
      kitSha256: 'b'.repeat(64),
      timeCreated: '2026-11-01T00:00:00.000Z',
      timeConfirmed: '2026-11-01T01:00:00.000Z',
      timeRehearsed: '2026-11-02T00:00:00.000Z',
    },
  ],
  deletions: [],
  waitingApprovalCount: 0,
};

function row(changes: Partial<CoverageRow>): CoverageRow {
  return {
    level: 'VAULT',
    status: 'COVERED',
    displayName: 'Payments',
    id: 'vault-1',
    vaultId: 'vault-1',
    region: 'eu-frankfurt-1',
    lifecycleState: 'ACTIVE',
    keyVersionCount: 3,
    coveredKeyVersionCount: 3,
    copiesByPlace: [],
    target: { maximumAgeHours: 168, minimumCopies: 2, minimumRegions: 2, isOfVault: false },
    restoredInRegions: [],
    ...changes,
  };
}

const NEVER = { status: 'NEVER_BACKED_UP', coveredKeyVersionCount: 0 } as const;

it('says nothing where nothing is wrong', () => {
  expect(risksOf(NOTHING_WRONG)).toEqual([]);
});

it('puts first what would be lost now: one token, then what was never backed up, then what is late', () => {
  const risks = risksOf({
    ...NOTHING_WRONG,
    provenTokenCount: 1,
    kits: [],
    rows: [
      row({ id: 'old', vaultId: 'old', status: 'TOO_OLD', displayName: 'Old' }),
      row({ id: 'never', vaultId: 'never', status: 'NEVER_BACKED_UP', displayName: 'New' }),
    ],
  });
  expect(risks.map((risk) => risk.id)).toEqual(['one-token', 'never-never', 'old-old', 'no-kit']);
  expect(risks[1]?.button).toEqual({ label: 'Back up', to: 'backup', params: { vaultId: 'never' } });
});

it('names a vault and not each of its keys, and a key where its vault is well', () => {
  const risks = risksOf({
    ...NOTHING_WRONG,
    rows: [
      row({ ...NEVER, id: 'v', vaultId: 'v' }),
      row({ ...NEVER, level: 'KEY', id: 'k', vaultId: 'v', displayName: 'Cards' }),
      row({ ...NEVER, level: 'KEY', id: 'other', vaultId: 'w', displayName: 'Refunds' }),
    ],
  });
  expect(risks.map((risk) => risk.title)).toEqual([
    'The vault Payments was never backed up',
    'The key Refunds was never backed up',
  ]);
});

it('does not say that a vault was never backed up, or is too old, where that holds for some of its keys only', () => {
  const newestBackup = { id: 'b', timeCreated: '2026-11-01T00:00:00.000Z', ageHours: 2 };
  const risks = risksOf({
    ...NOTHING_WRONG,
    rows: [
      row({ id: 'v', vaultId: 'v', status: 'NEVER_BACKED_UP', newestBackup }),
      row({ id: 'w', vaultId: 'w', status: 'TOO_OLD', displayName: 'Archive', newestBackup }),
      row({
        id: 'x',
        vaultId: 'x',
        status: 'TOO_OLD',
        displayName: 'Old',
        newestBackup: { ...newestBackup, ageHours: 200 },
      }),
    ],
  });
  expect(risks.map((risk) => risk.title)).toEqual([
    'The vault Payments has key versions that are in no backup',
    'The vault Archive has key versions whose backups are too old',
    'The newest backup of Old is too old',
  ]);
  expect(risks[2]?.text).toBe('It is 8 days old; the target is 168 hours.');
});

it('counts what it does not name', () => {
  const rows = Array.from({ length: 12 }, (_, index) =>
    row({ id: `v${index}`, vaultId: `v${index}`, status: 'NEVER_BACKED_UP' }),
  );
  const risks = risksOf({ ...NOTHING_WRONG, rows });
  expect(risks).toHaveLength(6);
  expect(risks.at(-1)?.title).toContain('7 more vaults and keys');
});

it('draws where copies lie and how they came there', () => {
  const token = { modulePath: '/m', tokenLabel: 'fra' };
  const regions = [
    { regionId: 'eu-frankfurt-1', regionKey: 'FRA', token },
    { regionId: 'eu-zurich-1', regionKey: 'ZRH', token },
  ] as unknown as readonly Region[];
  const timeVerified = '2026-11-01T00:00:00.000Z';
  const picture = pictureOf(regions, [
    row({
      copiesByPlace: [
        { medium: 'bucket', region: 'eu-frankfurt-1', count: 1, timeVerified },
        { medium: 'bucket', region: 'eu-zurich-1', count: 2, timeVerified },
        { medium: 'file', count: 1, timeVerified },
      ],
    }),
    row({ id: 'bad', vaultId: 'bad', status: 'NEVER_BACKED_UP' }),
  ]);
  expect(picture.routes).toEqual([{ from: 'eu-frankfurt-1', to: 'eu-zurich-1', copyCount: 2 }]);
  expect(picture.offlineCount).toBe(1);
  expect(picture.regions).toMatchObject([
    { regionKey: 'FRA', vaultCount: 2, copyCount: 1, state: 'bad' },
    { regionKey: 'ZRH', vaultCount: 0, copyCount: 2, state: 'good' },
  ]);
});
