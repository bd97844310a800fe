import pkcs11js from 'pkcs11js';
import { CKR, causeOf } from './pkcs11-failure.ts';
import { readNumber } from './raw-session.ts';
import type { ObjectHandle, RawSession } from './raw-session.ts';
import type { Attribute, ObjectTemplate } from './templates.ts';

/** Not compared: SoftHSM gives an unwrapped key's length as 0; the others are values, and no token tells those. */
const NOT_TOLD: ReadonlySet<number> = new Set([pkcs11js.CKA_VALUE_LEN, pkcs11js.CKA_VALUE]);
const VENDOR_DEFINED = 0x80000000;

/** A token that will not tell one of these is not believed. */
const MUST_BE_TOLD: ReadonlySet<number> = new Set([
  pkcs11js.CKA_CLASS,
  pkcs11js.CKA_KEY_TYPE,
  pkcs11js.CKA_TOKEN,
  pkcs11js.CKA_PRIVATE,
  pkcs11js.CKA_SENSITIVE,
  pkcs11js.CKA_EXTRACTABLE,
  pkcs11js.CKA_ID,
]);

/**
 * Reads an object's attributes back and compares them with the template: tokens leave out parts of one without a word
 * (openCryptoki SENSITIVE, NSS the uses of a private key, when they unwrap).
 * @returns the names of those that differ, such as `CKA_SENSITIVE`.
 */
export function findDifferences(
  session: RawSession,
  object: ObjectHandle,
  template: ObjectTemplate,
  except: readonly number[] = [],
): readonly string[] {
  const stated = template.attributes.filter(
    ({ type }) => !NOT_TOLD.has(type) && type < VENDOR_DEFINED && !except.includes(type),
  );
  const values = readAll(session, object, stated);
  return stated
    .filter((attribute, index) => !isSame(attribute, values[index]))
    .map(({ type }) => nameOf(type));
}

/** All at once, or one by one where the token does not know some of them. */
function readAll(
  session: RawSession,
  object: ObjectHandle,
  stated: readonly Attribute[],
): readonly (Buffer | undefined)[] {
  const types = stated.map(({ type }) => type);
  try {
    return session.read(object, types);
  } catch (thrown) {
    if (causeOf(thrown) !== CKR.ATTRIBUTE_TYPE_INVALID) throw thrown;
    return types.map((type) => session.readIfThere(object, type));
  }
}

function isSame({ type, value }: Attribute, read: Buffer | undefined): boolean {
  if (read === undefined) return !MUST_BE_TOLD.has(type);
  if (typeof value === 'boolean') return (read[0] === 1) === value;
  return typeof value === 'number' ? readNumber(read) === value : read.equals(value);
}

function nameOf(type: number): string {
  const named = Object.entries(pkcs11js).find(([name, value]) => name.startsWith('CKA_') && value === type);
  return named?.[0] ?? `attribute 0x${type.toString(16)}`;
}
