import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { openRegularFile } from './file-reader.ts';

const LONGEST_CA_FILE = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Whom a connection trusts: the authorities that Node trusts on this machine, and those in the file that the operator
 * names, PEM, one or more of them. TLS 1.2 is the oldest that is spoken.
 * @throws InvalidParameter `CaFileInvalid`; NotAuthorizedOrNotFound `FileNotFound`
 */
export async function trustOf(caFile: string | undefined): Promise<SecureContext> {
  const minVersion = 'TLSv1.2';
  if (caFile === undefined) return createSecureContext({ minVersion });
  const ca = [...getCACertificates('default'), ...(await certificatesOf(caFile))];
  return createSecureContext({ minVersion, ca });
}

async function certificatesOf(path: string): Promise<readonly string[]> {
  const { reader } = await openRegularFile(path, path, 'follow');
  await using file = reader;
  if (file.size > LONGEST_CA_FILE) throw invalid(path, 'is too large');
  const text = new TextDecoder('latin1').decode(await file.read(0, file.size));
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw invalid(path, 'has no certificate in PEM form');
  for (const certificate of certificates) {
    if (!isCertificate(certificate)) throw invalid(path, 'has a certificate that cannot be read');
  }
  return certificates;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

function invalid(path: string, flaw: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `${path} ${flaw}.`,
    'Name the PEM file of the certificate authority that signed the server’s certificate.',
    { reason: 'CaFileInvalid' },
  );
}
