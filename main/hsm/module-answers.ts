import { z } from 'zod';
import { capabilityProfileSchema, oaepHashSchema } from '../../shared/domain/capability-profile.ts';
import { ERROR_STATUS, StrongroomError } from '../../shared/domain/errors.ts';
import { materialIdSchema, ocidSchema } from '../../shared/domain/identifiers.ts';
import type { AnswerMessage, ModuleCalls, ModuleMethod } from './module-call.ts';

/**
 * What comes out of a token's process is checked before main believes it: a vendor's library runs in there. The bounds
 * are those of the sealed backup's entries (16 KiB) and of PKCS#11's own fields.
 */

/** Text from in there: shown to people, so control characters must not get through to their terminal. */
const printable = (maximum: number): z.ZodType<string> =>
  z
    .string()
    .max(maximum)
    .transform((text) => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\uFFFD'));

const tokenText = printable(128);

const bytes = (minimum: number, maximum: number): z.ZodType<Uint8Array> =>
  z.instanceof(Uint8Array).refine((value) => value.length >= minimum && value.length <= maximum, {
    error: `must be ${minimum} to ${maximum} bytes`,
  });

const hex32 = materialIdSchema;
const wrappedKey = bytes(16, 16_384);
const publicKey = bytes(32, 4096);
const checkedNothing = z.undefined();
const materialIds = z.array(hex32).max(1024);
/** Names a login or a list being read: the process's own words, of no meaning to main. */
const handle = z.string().min(1).max(64);

const tokenDescription = z.strictObject({
  label: tokenText,
  serial: tokenText,
  manufacturer: tokenText,
  model: tokenText,
  firmwareVersion: tokenText,
  isInitialised: z.boolean(),
  isUserPinSet: z.boolean(),
  isPinCountLow: z.boolean(),
  isPinFinalTry: z.boolean(),
  isPinLocked: z.boolean(),
});

const realmKeys = z.strictObject({
  realmId: hex32,
  realmName: tokenText,
  tenancyName: tokenText,
  tenancyId: ocidSchema('tenancy'),
  rbkId: hex32,
  rakId: hex32,
  rbkCheckValue: hex32,
  rakCheckValue: hex32,
});

const ANSWERS: { readonly [Method in ModuleMethod]: z.ZodType<ReturnType<ModuleCalls[Method]>> } = {
  load: checkedNothing,
  listTokens: z.array(tokenDescription).max(1024),
  initialiseToken: tokenDescription,
  login: z.strictObject({ login: handle, token: tokenDescription }),
  logout: checkedNothing,
  openInventory: z.strictObject({ inventory: handle }),
  readInventory: z
    .array(z.strictObject({ materialId: hex32, algorithm: z.enum(['AES', 'RSA', 'ECDSA', 'OTHER']) }))
    .max(1024),
  closeInventory: checkedNothing,
  stop: checkedNothing,
  probe: capabilityProfileSchema.extend({
    token: z.strictObject({
      label: tokenText,
      serial: tokenText,
      manufacturer: tokenText,
      model: tokenText,
      firmwareVersion: tokenText,
    }),
    missing: z.array(printable(1000)).max(100),
    weaknesses: z.array(printable(1000)).max(100),
  }),
  createRealmKeys: realmKeys,
  findRealmKeys: realmKeys.optional(),
  createTransportKey: z.strictObject({ publicKey, oaepHashes: z.array(oaepHashSchema) }),
  wrapRealmKeys: z.strictObject({ oaepHash: oaepHashSchema, wrappedRbk: wrappedKey, wrappedRak: wrappedKey }),
  unwrapRealmKeys: checkedNothing,
  destroyTransportKey: checkedNothing,
  wrapRealmKeysForEscrow: z.strictObject({ wrappedRbk: bytes(40, 40), wrappedRak: bytes(40, 40) }),
  proveRealmKeysFromEscrow: checkedNothing,
  unwrapRealmKeysFromEscrow: checkedNothing,
  destroyRealmKeys: checkedNothing,
  isCeremonyClosed: z.boolean(),
  closeCeremony: z.strictObject({ isEnforced: z.boolean() }),
  authenticate: bytes(32, 32),
  wrapProbe: bytes(40, 40),
  wrapBatch: z.array(z.strictObject({ materialId: hex32, wrappedKey })).max(1024),
  proveBatch: materialIds,
  generateKeyVersion: z.strictObject({ materialId: hex32, publicKey: publicKey.exactOptional() }),
  unwrapBatch: materialIds,
  destroyKeyVersions: z.number().int().nonnegative(),
  encryptDataKey: bytes(1, 4096),
  decryptDataKey: bytes(1, 4096),
  signDigest: bytes(32, 4096),
};

/** @throws StrongroomError, reason `ModuleAnswerInvalid`, where the answer is not what the call may give. */
export function checkAnswer<Method extends ModuleMethod>(
  method: Method,
  parameters: Parameters<ModuleCalls[Method]>,
  answer: unknown,
): ReturnType<ModuleCalls[Method]> {
  const parsed = ANSWERS[method].safeParse(answer);
  if (!parsed.success) throw answerInvalid(`${method} gave something else than it may`, parsed.error);
  requireSameIds(method, parameters, parsed.data);
  return parsed.data as ReturnType<ModuleCalls[Method]>;
}

/** A batch must come back complete and in order: the ids asked for, and no others. */
function requireSameIds(method: ModuleMethod, parameters: readonly unknown[], answer: unknown): void {
  if (method !== 'wrapBatch' && method !== 'proveBatch' && method !== 'unwrapBatch') return;
  const asked = parameters[1] as readonly (string | { readonly materialId: string })[];
  const answered = answer as readonly (string | { readonly materialId: string })[];
  const same =
    asked.length === answered.length &&
    asked.every((one, index) => materialIdOf(one) === materialIdOf(answered[index]));
  if (!same) throw answerInvalid(`${method} answered for other keys than it was asked for`);
}

function materialIdOf(one: string | { readonly materialId: string } | undefined): string | undefined {
  return typeof one === 'object' ? one.materialId : one;
}

const errorDocumentSchema = z.object({
  code: z.enum(Object.keys(ERROR_STATUS) as [keyof typeof ERROR_STATUS]),
  status: z.number(),
  reason: z
    .string()
    .regex(/^[A-Za-z0-9]{1,64}$/)
    .exactOptional(),
  message: printable(8192),
  next: printable(8192),
});

const answerMessageSchema: z.ZodType<AnswerMessage> = z.discriminatedUnion('kind', [
  z.object({ id: z.number(), kind: z.literal('result'), result: z.unknown() }),
  z.object({ id: z.number(), kind: z.literal('error'), error: errorDocumentSchema }),
  z.object({ id: z.number(), kind: z.literal('asking'), isAsking: z.boolean() }),
]);

/** @returns undefined for what is no answer at all. */
export function parseAnswerMessage(message: unknown): AnswerMessage | undefined {
  return answerMessageSchema.safeParse(message).data;
}

export function answerInvalid(what: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'ServiceUnavailable',
    `The token's process gave an answer that cannot be right: ${what}.`,
    'Nothing of this answer was used. Update the module, or ask its vendor; then run it again.',
    { reason: 'ModuleAnswerInvalid', cause },
  );
}
