import { describe, expect, it } from 'vitest';
import type { BackupCopy } from '../../../../../shared/domain/backup.ts';
import { copiesPicture } from '../../../../../renderer/features/backups/copies-picture.ts';
import {
  bucketCopies,
  copyToCopyFrom,
  isWorthCopyingTo,
  requestOf,
} from '../../../../../renderer/features/copy/copy-draft.ts';

const FRA = 'eu-frankfurt-1';
const ZRH = 'eu-zurich-1';

function copyIn(region: string, timeVerified?: string): BackupCopy {
  return {
    backupId: 'backup',
    region,
    place: { kind: 'bucket', bucketName: `bucket-${region}`, objectName: 'vault-backup' },
    etag: 'a'.repeat(64),
    size: 1,
    timeCreated: '2026-11-24T00:00:00Z',
    ...(timeVerified === undefined ? {} : { timeVerified, verifiedDepth: 'keys' as const }),
  };
}
const onStick: BackupCopy = { ...copyIn(FRA), place: { kind: 'file', path: '/stick/vault' } };

describe('a copy to another region', () => {
  it('rule R30: comes from the best copy in another region, and only if it is still what was chosen', () => {
    const copies = bucketCopies([
      onStick,
      copyIn(FRA, '2026-11-24T01:00:00Z'),
      copyIn(ZRH, '2026-11-24T02:00:00Z'),
    ]);
    expect(copies.map(({ region }) => region)).toEqual([ZRH, FRA]);
    const from = copyToCopyFrom(copies, ZRH);
    expect(from?.region).toBe(FRA);
    expect(requestOf({ backupId: 'backup', region: ZRH, bucketName: 'safe' }, from)).toEqual({
      bucketName: `bucket-${FRA}`,
      region: FRA,
      sourceObjectName: 'vault-backup',
      sourceObjectIfMatchETag: 'a'.repeat(64),
      destinationRegion: ZRH,
      destinationBucket: 'safe',
    });
  });

  it('rule R30: is not offered to the only region that has it', () => {
    const copies = bucketCopies([copyIn(FRA)]);
    expect(isWorthCopyingTo(copies, FRA)).toBe(false);
    expect(isWorthCopyingTo(copies, ZRH)).toBe(true);
    expect(copyToCopyFrom(copies, FRA)).toBeUndefined();
    expect(requestOf({ backupId: 'backup', region: FRA, bucketName: 'fra' }, undefined)).toBeUndefined();
  });
});

describe('the picture of a backup’s copies', () => {
  const region = (regionId: string, regionKey: string) =>
    ({ regionId, regionKey, token: { tokenLabel: regionKey.toLowerCase() } }) as never;

  it('rule R52: says of every region whether it has a verified copy, also of one without a token', () => {
    const backup = {
      sourceRegion: FRA,
      copies: [copyIn(FRA, '2026-11-24T01:00:00Z'), copyIn('uk-london-1'), onStick],
    };
    const picture = copiesPicture(backup, [region(FRA, 'FRA'), region(ZRH, 'ZRH')], new Map([[FRA, 2]]));
    expect(picture.regions.map(({ regionId, state, copyCount }) => [regionId, state, copyCount])).toEqual([
      [FRA, 'good', 1],
      [ZRH, 'bad', 0],
      ['uk-london-1', 'warning', 0],
    ]);
    expect(picture.routes).toEqual([{ from: FRA, to: 'uk-london-1', copyCount: 1 }]);
    expect(picture.offlineCount).toBe(1);
  });
});
