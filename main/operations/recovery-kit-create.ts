import { randomFillSync } from 'node:crypto';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { RecoveryKitFile } from '../../shared/domain/recovery-kit.ts';
import type { Realm } from '../../shared/domain/realm.ts';
import type { EscrowedRealmKeys, TokenSession } from '../hsm/token-session.ts';
import { attachedRegion } from './attached-region.ts';
import type { OperationHandler } from './operation-context.ts';
import { setIdOf } from './recovery-kit-file.ts';
import { KitFolder } from './recovery-kit-folder.ts';
import { writeShareText } from './recovery-kit-share-text.ts';
import { shareFingerprint, splitEscrowKey } from './recovery-kit-shares.ts';

/**
 * Makes a recovery kit (rule R5). The escrow key is made here and lives as long as it takes to wrap the realm keys under it
 * in the token and to split it; the shares live until they are written.
 */
export const createRecoveryKit: OperationHandler<'recovery-kit.create'> = async (context, request) => {
  const { threshold, shares: shareCount } = request;
  if (threshold > shareCount) {
    throw new StrongroomError(
      'InvalidParameter',
      `${threshold} of ${shareCount} shares could never be brought together.`,
      'Make at least as many shares (--shares) as are needed (--threshold).',
      { reason: 'ThresholdAboveShares' },
    );
  }
  const region = attachedRegion(context, request.region);
  const realm = context.catalog.realm.require();
  const session = await context.openRegion(region.regionId);
  const folder = await KitFolder.take(request.out);
  const { workRequestId, result } = await context.workRequests
    .run(
      {
        operationType: 'CREATE_RECOVERY_KIT',
        resources: [{ actionType: 'RELATED', entityType: 'region', identifier: region.regionId }],
        locks: [],
        intent: { folder: folder.path, shareCount },
      },
      async (run) => {
        run.progress(0, shareCount + 2, 'Wrapping the realm keys under an escrow key');
        const { wrapped, shares } = await makeShares(session, shareCount, threshold);
        try {
          const kit = kitFileOf(realm, threshold, wrapped, shares, context.now().toISOString());
          run.journal('write', { setId: kit.setId });
          const shareFiles: string[] = [];
          for (const [place, data] of shares.entries()) {
            const index = place + 1;
            run.progress(index, shareCount + 2, `Writing share ${index} of ${shareCount}`);
            const text = writeShareText({ setId: kit.setId, index, shareCount, threshold, data }, kit.realm);
            shareFiles.push(await folder.writeShare(index, shareCount, text));
          }
          const { path: kitFile, sha256 } = await folder.writeKit(kit);
          const { setId, timeCreated } = kit;
          const recoveryKit = { setId, threshold, shareCount, kitSha256: sha256, timeCreated };
          run.addResource({ actionType: 'CREATED', entityType: 'recovery-kit', identifier: setId });
          run.commit(() => {
            context.catalog.recoveryKits.insert(recoveryKit);
          });
          return { recoveryKit, kitFile, shareFiles };
        } finally {
          for (const data of shares) data.fill(0);
        }
      },
      context.onProgress,
    )
    .catch(async (thrown: unknown) => {
      throw (await folder.undo()) ? thrown : sharesLeft(folder.path, thrown);
    });
  return {
    workRequestId,
    ...result,
    warnings: [
      'The kit is not confirmed yet: until every custodian has read a share back, nobody knows that it works.',
      'All parts lie in one folder now. Give each share to its custodian, carry the kit file to its own place, and destroy what is left here.',
      'Earlier recovery kits go on working: destroy their shares if they are to be replaced.',
    ],
    next: `Have every custodian type in the share that was handed out, then run recovery-kit confirm with all ${shareCount}.`,
  };
};

function sharesLeft(folder: string, thrown: unknown): StrongroomError {
  const { code, message } = toStrongroomError(thrown);
  return new StrongroomError(
    code,
    `${message} What was written to ${folder} before could not be removed again.`,
    'Destroy the shares that lie there, then make the kit again in another folder.',
    { reason: 'SharesLeftBehind', cause: thrown },
  );
}

async function makeShares(
  session: TokenSession,
  shareCount: number,
  threshold: number,
): Promise<{ readonly wrapped: EscrowedRealmKeys; readonly shares: readonly Uint8Array[] }> {
  const escrowKey = randomFillSync(new Uint8Array(32));
  try {
    const wrapped = await session.wrapRealmKeysForEscrow(escrowKey);
    return { wrapped, shares: await splitEscrowKey(escrowKey, shareCount, threshold) };
  } finally {
    escrowKey.fill(0);
  }
}

function kitFileOf(
  realm: Realm,
  threshold: number,
  wrapped: EscrowedRealmKeys,
  shares: readonly Uint8Array[],
  timeCreated: string,
): RecoveryKitFile {
  const { realmId, name, tenancyId, tenancyName, rbkId, rakId, rbkCheckValue, rakCheckValue } = realm;
  const content = {
    timeCreated,
    realm: {
      realmId,
      realmName: name,
      tenancyId,
      tenancyName,
      rbkId,
      rakId,
      rbkCheckValue,
      rakCheckValue,
    },
    threshold,
    shareCount: shares.length,
    shareFingerprints: shares.map((data, place) => shareFingerprint(place + 1, data)),
    wrapping: 'AES-256-KWP',
    wrappedRbk: Buffer.from(wrapped.wrappedRbk).toString('base64'),
    wrappedRak: Buffer.from(wrapped.wrappedRak).toString('base64'),
  } as const;
  const format = { format: 'strongroom-recovery-kit', version: 1 } as const;
  return { ...format, setId: setIdOf({ ...format, ...content }), ...content };
}
