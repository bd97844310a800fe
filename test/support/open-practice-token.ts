import pkcs11js from 'pkcs11js';
import { loadModule } from '../../main/hsm/load-module.ts';
import type { Pkcs11Module, Pkcs11Token } from '../../main/hsm/pkcs11-token.ts';
import type { PracticeToken } from './practice-tokens.ts';

const modules = new Map<string, Pkcs11Module>();

/**
 * Loads the token's module, once in this process. Make every SoftHSM token of a test file before the first is opened,
 * the others beside the first: SoftHSM takes its configuration and its list of tokens when it is initialised.
 */
export function loadPracticeModule(practice: PracticeToken): Pkcs11Module {
  const { modulePath, moduleParameters } = practice.reference;
  const known = modules.get(modulePath);
  if (known !== undefined) return known;
  // This is the main thread of a test process of its own, from where the environment does reach C.
  Object.assign(process.env, practice.environment);
  const module = loadModule(modulePath, moduleParameters);
  modules.set(modulePath, module);
  return module;
}

/** A practice token whose module is loaded into this very process, so that a test can look behind it. */
export class OpenPracticeToken {
  readonly practice: PracticeToken;
  readonly module: Pkcs11Module;
  /** The same token past all of our code: what any other program that has the PIN can do. */
  readonly outside: OutsideProgram;
  #token: Pkcs11Token;

  constructor(practice: PracticeToken) {
    this.practice = practice;
    this.module = loadPracticeModule(practice);
    this.#token = this.#login();
    this.outside = new OutsideProgram(practice);
  }

  get token(): Pkcs11Token {
    return this.#token;
  }

  /** Logs out and in: nothing of the time before is remembered. */
  loginAgain(): Pkcs11Token {
    this.#token.logout();
    this.#token = this.#login();
    return this.#token;
  }

  /** Destroys every object, then logs in again. */
  empty(): this {
    for (const handle of this.outside.tokenObjects()) this.outside.destroy(handle);
    this.loginAgain();
    return this;
  }

  #login(): Pkcs11Token {
    return this.module.login(this.practice.reference.tokenLabel, undefined, this.practice.pin);
  }
}

type Value = number | boolean | string | Buffer;
export type RawTemplate = readonly (readonly [type: number, value: Value])[];

/** Another program in the same process, which shares the login and asks for whatever it likes. */
export class OutsideProgram {
  readonly native = new pkcs11js.PKCS11();
  readonly session: Buffer;

  constructor({ reference }: PracticeToken) {
    this.native.load(reference.modulePath);
    const slot = this.native
      .C_GetSlotList(true)
      .find((each) => this.native.C_GetTokenInfo(each).label.trimEnd() === reference.tokenLabel);
    if (slot === undefined) throw new Error('the token is not there');
    this.session = this.native.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
  }

  find(template: RawTemplate): Buffer[] {
    this.native.C_FindObjectsInit(this.session, attributes(template));
    const found = this.native.C_FindObjects(this.session, 1000);
    this.native.C_FindObjectsFinal(this.session);
    return found;
  }

  tokenObjects(): Buffer[] {
    return this.find([[pkcs11js.CKA_TOKEN, true]]);
  }

  /** The one token object with this CKA_ID and class. */
  findOne(id: string, objectClass: number): Buffer {
    const found = this.find([
      [pkcs11js.CKA_ID, Buffer.from(id, 'hex')],
      [pkcs11js.CKA_CLASS, objectClass],
      [pkcs11js.CKA_TOKEN, true],
    ]);
    if (found.length !== 1) throw new Error(`${found.length} objects have this id`);
    return found[0]!;
  }

  /** @returns undefined for an attribute that the token will not tell. */
  read(handle: Buffer, type: number): Buffer | undefined {
    try {
      return this.native.C_GetAttributeValue(this.session, handle, [{ type }])[0]!.value;
    } catch {
      return undefined;
    }
  }

  /** Names and truth of boolean attributes, as the token gives them. */
  flags(handle: Buffer, names: readonly `CKA_${string}`[]): Record<string, boolean> {
    const constants = pkcs11js as unknown as Readonly<Record<string, number>>;
    return Object.fromEntries(names.map((name) => [name, this.read(handle, constants[name]!)?.[0] === 1]));
  }

  create(template: RawTemplate): Buffer {
    return this.native.C_CreateObject(this.session, attributes(template));
  }

  unwrap(mechanism: number, wrappingKey: Buffer, wrappedKey: Uint8Array, template: RawTemplate): Buffer {
    const blob = Buffer.from(wrappedKey);
    return this.native.C_UnwrapKey(this.session, { mechanism }, wrappingKey, blob, attributes(template));
  }

  set(handle: Buffer, template: RawTemplate): void {
    this.native.C_SetAttributeValue(this.session, handle, attributes(template));
  }

  destroy(handle: Buffer): void {
    this.native.C_DestroyObject(this.session, handle);
  }
}

function attributes(template: RawTemplate): pkcs11js.Template {
  return template.map(([type, value]) => ({ type, value }));
}
