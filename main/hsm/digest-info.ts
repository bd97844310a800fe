/** The hashes that signatures are made over. */
export type SignatureHash = 'SHA-256' | 'SHA-384' | 'SHA-512';

/** DigestInfo's fixed beginning for each hash (RFC 8017, section 9.2, note 1). */
const PREFIXES: Readonly<Record<SignatureHash, string>> = {
  'SHA-256': '3031300d060960864801650304020105000420',
  'SHA-384': '3041300d060960864801650304020205000430',
  'SHA-512': '3051300d060960864801650304020305000440',
};

/** What RSASSA-PKCS1-v1_5 signs. @param digest of the hash's own length. */
export function digestInfo(hash: SignatureHash, digest: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(PREFIXES[hash], 'hex'), digest]);
}
