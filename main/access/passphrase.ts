import { argon2id, hash, verify } from 'argon2';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { foldName } from '../../shared/domain/operator.ts';

export interface Argon2Parameters {
  /** KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** RFC 9106 section 4, second recommended option: for machines that cannot spare 2 GiB a sign-in. */
export const RECOMMENDED_PARAMETERS: Argon2Parameters = {
  memoryCost: 64 * 1024,
  timeCost: 3,
  parallelism: 4,
};

/** RFC 9106 section 4: a tag of 256 bits; the package's salt of 16 random bytes is the one recommended there. */
const TAG_BYTES = 32;

export const SHORTEST_PASSPHRASE = 12;
export const LONGEST_PASSPHRASE = 1024;

/**
 * A new passphrase: 12 to 1024 characters, no control characters, not the operator's name. No rule about kinds of
 * characters: length is what resists guessing (NIST SP 800-63B-4 section 3.1.1.2).
 * @throws StrongroomError InvalidParameter, reason `PassphraseUnfit`
 */
export function requireGoodPassphrase(passphrase: string, operatorName: string): void {
  const characters = Array.from(normalised(passphrase)).length;
  if (passphrase.length > LONGEST_PASSPHRASE) {
    throw unfit(`longer than ${LONGEST_PASSPHRASE} characters`);
  }
  if (characters < SHORTEST_PASSPHRASE) {
    throw unfit(`shorter than ${SHORTEST_PASSPHRASE} characters`);
  }
  if (/\p{Cc}/u.test(passphrase)) throw unfit('not one line of text');
  if (foldName(passphrase) === foldName(operatorName)) throw unfit("the operator's own name");
}

function unfit(flaw: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The passphrase is ${flaw}.`,
    `Choose one of ${SHORTEST_PASSPHRASE} to ${LONGEST_PASSPHRASE} characters, such as five words drawn by lot.`,
    { reason: 'PassphraseUnfit' },
  );
}

/** @returns a PHC string: argon2id with its parameters and a salt of its own. */
export function hashPassphrase(passphrase: string, parameters: Argon2Parameters): Promise<string> {
  return hash(normalised(passphrase), { ...parameters, type: argon2id, hashLength: TAG_BYTES });
}

export function isPassphraseOf(passphraseHash: string, passphrase: string): Promise<boolean> {
  return verify(passphraseHash, normalised(passphrase));
}

/** Keyboards and systems write one letter in several ways; it is one passphrase all the same. */
function normalised(passphrase: string): string {
  return passphrase.normalize('NFKC');
}
