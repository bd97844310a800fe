import { randomBytes } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { bindRegion, openNewToken, realmWarnings, requireRegionFree } from './bind-region.ts';
import {
  enrolmentGrantSchema,
  enrolmentRequestSchema,
  fingerprintWords,
  readEnrolmentFile,
  requireWords,
  writeEnrolmentFile,
} from './enrolment-files.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import { firstOperator, requireAdministratorNamed } from './first-operator.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { requireCapable } from './realm-keys-of-token.ts';
import { attachedRegion } from './attached-region.ts';

/** Enrolment, step 1, on the new token (rule R3). */
export const requestEnrolment: OperationHandler<'region.enrol-request'> = async (context, request) => {
  const { regionKey, token, session } = await openNewToken(context, request, { mayRebind: false });
  try {
    requireCapable(await session.probe());
    await withdrawEnrolments(context, request.region, session);
    const requestId = randomBytes(16).toString('hex');
    const transport = await session.createTransportKey(requestId);
    let sha256: string;
    try {
      sha256 = await writeEnrolmentFile(request.out, {
        format: 'strongroom-enrolment-request',
        version: 1,
        requestId,
        regionId: request.region,
        regionKey,
        tokenLabel: session.token.label,
        tokenSerial: session.token.serial,
        transportPublicKey: Buffer.from(transport.publicKey).toString('base64'),
        oaepHashes: [...transport.oaepHashes],
      });
    } catch (failure) {
      await session.destroyTransportKey(requestId);
      throw failure;
    }
    context.catalog.enrolments.insert({
      requestId,
      regionId: request.region,
      regionKey,
      token,
      requestFileSha256: sha256,
      timeCreated: context.now().toISOString(),
    });
    return {
      requestId,
      regionId: request.region,
      requestFile: request.out,
      words: fingerprintWords(sha256),
      next: `Carry ${request.out} to a machine whose token has the realm keys, read these twelve words to the officer there, and run region enrol-grant.`,
    };
  } finally {
    await session.close();
  }
};

/** A new request for a region replaces the ones before: their transport keys go, so that no grant to them can be opened. */
async function withdrawEnrolments(
  context: OperationContext,
  regionId: string,
  session: TokenSession,
): Promise<void> {
  for (const enrolment of [...context.catalog.enrolments.iterate()]) {
    if (enrolment.regionId !== regionId) continue;
    await session.destroyTransportKey(enrolment.requestId);
    context.catalog.enrolments.delete(enrolment.requestId);
  }
}

/** Enrolment, step 2, on a token that has the realm keys (rule R3). */
export const grantEnrolment: OperationHandler<'region.enrol-grant'> = async (context, request) => {
  const file = await readEnrolmentFile(request.request, enrolmentRequestSchema, 'an enrolment request');
  requireWords(request.confirmWords, file.sha256, request.request);
  const realm = context.catalog.realm.require();
  const region = attachedRegion(context, request.region);
  const session = await context.openRegion(region.regionId);
  const { result } = await context.workRequests.run(
    {
      operationType: 'ENROL_REGION',
      resources: [{ actionType: 'RELATED', entityType: 'region', identifier: file.content.regionId }],
      locks: [],
      intent: { requestId: file.content.requestId, grantedBy: region.regionId },
    },
    async (run) => {
      run.log(`Wrapping the realm keys for token ${file.content.tokenLabel} (${file.content.regionId}).`);
      const wrapped = await session.wrapRealmKeys(
        Buffer.from(file.content.transportPublicKey, 'base64'),
        file.content.oaepHashes,
      );
      const { timeCreated: _timeCreated, ...realmOfGrant } = realm;
      const sha256 = await writeEnrolmentFile(request.out, {
        format: 'strongroom-enrolment-grant',
        version: 1,
        requestId: file.content.requestId,
        requestSha256: file.sha256,
        realm: realmOfGrant,
        oaepHash: wrapped.oaepHash,
        wrappedRbk: Buffer.from(wrapped.wrappedRbk).toString('base64'),
        wrappedRak: Buffer.from(wrapped.wrappedRak).toString('base64'),
      });
      run.log(`Grant written, OAEP with ${wrapped.oaepHash}.`);
      run.commit(() => undefined);
      return { sha256, oaepHash: wrapped.oaepHash };
    },
    context.onProgress,
  );
  return {
    requestId: file.content.requestId,
    regionId: file.content.regionId,
    grantFile: request.out,
    words: fingerprintWords(result.sha256),
    rbkCheckValue: realm.rbkCheckValue,
    rakCheckValue: realm.rakCheckValue,
    oaepHash: result.oaepHash,
    warnings:
      result.oaepHash === 'SHA-1'
        ? [
            'The two tokens have RSA-OAEP with SHA-1 only in common; it is sound for this use, but stronger tokens exist.',
          ]
        : [],
    next: `Carry ${request.out} back, read these twelve words to the officer there, and run region enrol-accept.`,
  };
};

/** Enrolment, step 3, on the new token (rule R3): a mismatch of words or check values writes nothing. */
export const acceptEnrolment: OperationHandler<'region.enrol-accept'> = async (context, request) => {
  requireAdministratorNamed(context, request.administrator);
  const file = await readEnrolmentFile(request.grant, enrolmentGrantSchema, 'an enrolment grant');
  requireWords(request.confirmWords, file.sha256, request.grant);
  const enrolment = context.catalog.enrolments.get(file.content.requestId);
  if (enrolment?.requestFileSha256 !== file.content.requestSha256) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      'This home made no enrolment request that the grant answers.',
      'Accept the grant in the home that made the request, or make a new one (region enrol-request).',
      { reason: 'EnrolmentUnknown' },
    );
  }
  if (enrolment.regionId !== request.region) {
    throw new StrongroomError(
      'InvalidParameter',
      `The enrolment request was for region ${enrolment.regionId}, not ${request.region}.`,
      `Use --region ${enrolment.regionId}.`,
      { reason: 'EnrolmentOfOtherRegion' },
    );
  }
  requireRegionFree(context, enrolment.regionId, enrolment.regionKey, false);
  const expected = {
    ...file.content.realm,
    realmName: file.content.realm.name,
  };
  const operator = await firstOperator(context, request.administrator);
  const session = await context.openToken(enrolment.token, {
    regionId: enrolment.regionId,
    regionKey: enrolment.regionKey,
    tokenLabel: enrolment.token.tokenLabel,
  });
  try {
    const { result } = await context.workRequests.run(
      {
        operationType: 'ENROL_REGION',
        resources: [{ actionType: 'CREATED', entityType: 'region', identifier: enrolment.regionId }],
        locks: [],
        intent: { requestId: enrolment.requestId },
      },
      async (run) => {
        const profile = await session.probe();
        requireCapable(profile);
        run.log('Taking the realm keys in; their check values are compared before anything is kept.');
        await session.unwrapRealmKeys(
          enrolment.requestId,
          {
            oaepHash: file.content.oaepHash,
            wrappedRbk: Buffer.from(file.content.wrappedRbk, 'base64'),
            wrappedRak: Buffer.from(file.content.wrappedRak, 'base64'),
          },
          expected,
        );
        // Before the commit: a transport key that outlived its use could open a captured grant again. Should the program
        // die between the two, region attach binds the token, which has its realm keys.
        await session.destroyTransportKey(enrolment.requestId);
        const bound = run.commit(() => {
          context.catalog.enrolments.delete(enrolment.requestId);
          return bindRegion(context, {
            regionId: enrolment.regionId,
            regionKey: enrolment.regionKey,
            token: enrolment.token,
            profile,
            realmKeys: expected,
            firstOperator: operator,
          });
        });
        return { profile, bound };
      },
      context.onProgress,
    );
    return { ...result.bound, warnings: realmWarnings(context, result.profile) };
  } finally {
    await session.close();
  }
};
