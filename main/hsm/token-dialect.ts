/** Where a maker's tokens differ from the standard in ways that cannot be tried without writing to the token. */
export interface TokenDialect {
  /**
   * COPYABLE=false may be stated. NSS takes it for session objects and answers CKR_GENERAL_ERROR for token objects.
   */
  readonly takesCopyable: boolean;
  /** The attribute that carries an EC private key's public point on unwrapping, where the token needs one. */
  readonly ecPointAttribute: number | undefined;
  /**
   * An unwrapped private key gets more uses than its template states (NSS: UNWRAP for RSA, DERIVE for EC), and loses them
   * only by being copied. Token objects are then made by unwrapping into the session and copying.
   */
  readonly addsUsesOnUnwrap: boolean;
  /**
   * How a token without a PIN becomes one with: by C_InitToken, or (NSS) by logging in as a security officer that has no
   * PIN; its label then comes from the module parameters.
   */
  readonly initialisation: 'C_InitToken' | 'empty security officer PIN';
}

/** CKA_NSS_DB (NSS's pkcs11n.h). NSS stores the raw point here, 0x04 X Y, for the keys that it makes itself. */
const CKA_NSS_DB = 0xd5a0db00;

const STANDARD: TokenDialect = {
  takesCopyable: true,
  ecPointAttribute: undefined,
  addsUsesOnUnwrap: false,
  initialisation: 'C_InitToken',
};
const NSS: TokenDialect = {
  takesCopyable: false,
  ecPointAttribute: CKA_NSS_DB,
  addsUsesOnUnwrap: true,
  initialisation: 'empty security officer PIN',
};

/** @param manufacturer CK_TOKEN_INFO.manufacturerID without its padding. */
export function dialectOf(manufacturer: string): TokenDialect {
  return manufacturer === 'Mozilla Foundation' ? NSS : STANDARD;
}
