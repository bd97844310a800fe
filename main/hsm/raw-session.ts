import pkcs11js from 'pkcs11js';
import { CKR, causeOf, toPkcs11Failure } from './pkcs11-failure.ts';
import type { ObjectTemplate } from './templates.ts';

export type ObjectHandle = Buffer;

/** The flags of C_OpenSession; without the first it may not be called (PKCS#11 v3.1, section 5.6.1). */
export const READ_WRITE_SESSION = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION;

/** Longest value that a call here gives back: an RSA-4096 private key wraps to about 2.4 kB. */
const LONGEST_ANSWER = 16_384;
const HANDLES_PER_FIND = 1024;

/**
 * One PKCS#11 session: every raw call that works on objects, with checked arguments and with errors of ours. Results are
 * copied out of one buffer that all calls share: asking for a length first makes a wrap 1.8 times as slow.
 */
export class RawSession {
  readonly #native: pkcs11js.PKCS11;
  readonly #session: Buffer;
  readonly #answer = Buffer.alloc(LONGEST_ANSWER);

  constructor(native: pkcs11js.PKCS11, session: Buffer) {
    this.#native = native;
    this.#session = session;
  }

  createObject(template: ObjectTemplate): ObjectHandle {
    return attempt('create an object', () => this.#native.C_CreateObject(this.#session, raw(template)));
  }

  generateKey(mechanism: pkcs11js.Mechanism, template: ObjectTemplate): ObjectHandle {
    return attempt('generate a key', () =>
      this.#native.C_GenerateKey(this.#session, mechanism, raw(template)),
    );
  }

  generateKeyPair(
    mechanism: pkcs11js.Mechanism,
    halves: { readonly publicHalf: ObjectTemplate; readonly privateHalf: ObjectTemplate },
  ): { readonly publicKey: ObjectHandle; readonly privateKey: ObjectHandle } {
    const { publicHalf, privateHalf } = halves;
    return attempt('generate a key pair', () =>
      this.#native.C_GenerateKeyPair(this.#session, mechanism, raw(publicHalf), raw(privateHalf)),
    );
  }

  wrap(mechanism: pkcs11js.Mechanism, wrappingKey: ObjectHandle, key: ObjectHandle): Uint8Array {
    return attempt('wrap a key', () =>
      copy(this.#native.C_WrapKey(this.#session, mechanism, wrappingKey, key, this.#answer)),
    );
  }

  unwrap(
    mechanism: pkcs11js.Mechanism,
    unwrappingKey: ObjectHandle,
    wrappedKey: Uint8Array,
    template: ObjectTemplate,
  ): ObjectHandle {
    return attempt('unwrap a key', () =>
      this.#native.C_UnwrapKey(this.#session, mechanism, unwrappingKey, view(wrappedKey), raw(template)),
    );
  }

  copy(object: ObjectHandle, changes: ObjectTemplate): ObjectHandle {
    return attempt('copy a key', () => this.#native.C_CopyObject(this.#session, object, raw(changes)));
  }

  sign(mechanism: pkcs11js.Mechanism, key: ObjectHandle, data: Uint8Array): Uint8Array {
    return attempt('sign', () => {
      this.#native.C_SignInit(this.#session, mechanism, key);
      return copy(this.#native.C_Sign(this.#session, view(data), this.#answer));
    });
  }

  encrypt(mechanism: pkcs11js.Mechanism, key: ObjectHandle, data: Uint8Array): Uint8Array {
    return attempt('encrypt', () => {
      this.#native.C_EncryptInit(this.#session, mechanism, key);
      return copy(this.#native.C_Encrypt(this.#session, view(data), this.#answer));
    });
  }

  decrypt(mechanism: pkcs11js.Mechanism, key: ObjectHandle, data: Uint8Array): Uint8Array {
    return attempt('decrypt', () => {
      this.#native.C_DecryptInit(this.#session, mechanism, key);
      try {
        return copy(this.#native.C_Decrypt(this.#session, view(data), this.#answer));
      } finally {
        this.#answer.fill(0);
      }
    });
  }

  /** All objects that fit: one pass, however many there are. */
  find(search: ObjectTemplate): ObjectHandle[] {
    return attempt('look for its objects', () => {
      const found: ObjectHandle[] = [];
      this.#native.C_FindObjectsInit(this.#session, raw(search));
      try {
        for (;;) {
          const handles = this.#native.C_FindObjects(this.#session, HANDLES_PER_FIND);
          for (const handle of handles) found.push(handle);
          if (handles.length < HANDLES_PER_FIND) return found;
        }
      } finally {
        this.#native.C_FindObjectsFinal(this.#session);
      }
    });
  }

  /** The values of several attributes that the object must have. */
  read(object: ObjectHandle, types: readonly number[]): readonly Buffer[] {
    return attempt('read an attribute', () =>
      this.#native
        .C_GetAttributeValue(
          this.#session,
          object,
          types.map((type) => ({ type })),
        )
        // An attribute that is there but has no value comes back as undefined.
        .map(({ value }) => (value as Buffer | undefined) ?? Buffer.alloc(0)),
    );
  }

  /** @returns undefined where the object has no such attribute, or keeps it to itself. */
  readIfThere(object: ObjectHandle, type: number): Buffer | undefined {
    try {
      return this.read(object, [type])[0];
    } catch (thrown) {
      const value = causeOf(thrown);
      if (value === CKR.ATTRIBUTE_TYPE_INVALID || value === CKR.ATTRIBUTE_SENSITIVE) return undefined;
      throw thrown;
    }
  }

  setAttributes(object: ObjectHandle, changes: ObjectTemplate): void {
    attempt('change an attribute', () => {
      this.#native.C_SetAttributeValue(this.#session, object, raw(changes));
    });
  }

  destroy(object: ObjectHandle): void {
    attempt('destroy an object', () => this.#native.C_DestroyObject(this.#session, object));
  }

  /** Uses an object and destroys it, whatever happens. Where both fail, the first failure is the one that is told. */
  temporarily<Result>(object: ObjectHandle, use: (object: ObjectHandle) => Result): Result {
    let result: Result;
    try {
      result = use(object);
    } catch (thrown) {
      this.destroyQuietly(object);
      throw thrown;
    }
    this.destroy(object);
    return result;
  }

  /** For clearing up after a failure that is told already. */
  destroyQuietly(object: ObjectHandle): void {
    try {
      this.destroy(object);
    } catch {
      // The token is gone or failing, which the failure before this one says; session objects go with the session.
    }
  }
}

/** Native calls that throw are told in our words; `doing` follows "could not". */
export function attempt<Result>(doing: string, call: () => Result): Result {
  try {
    return call();
  } catch (thrown) {
    throw toPkcs11Failure(thrown, doing);
  }
}

/** Session objects go with it. A session that the token took along is closed already. */
export function closeQuietly(native: pkcs11js.PKCS11, session: Buffer): void {
  try {
    native.C_CloseSession(session);
  } catch {
    // The token was pulled; what failed before that is told, or nothing did.
  }
}

/** CK_ULONG attributes are in the machine's byte order; all machines that Strongroom runs on are little-endian. */
export function readNumber(value: Buffer | undefined): number | undefined {
  return value === undefined || value.length < 4 ? undefined : value.readUInt32LE(0);
}

function raw(template: ObjectTemplate): pkcs11js.Template {
  return template.attributes.map(({ type, value }) => ({ type, value }));
}

function copy(answer: Buffer): Uint8Array {
  return new Uint8Array(answer);
}

/** pkcs11js wants Buffers; an empty one would be passed on as a null pointer, which some modules crash on. */
function view(bytes: Uint8Array): Buffer {
  if (bytes.length === 0) throw new TypeError('a call into the module needs at least one byte of data');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
