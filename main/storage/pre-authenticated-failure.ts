import type { IncomingHttpHeaders } from 'node:http';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { PreAuthenticatedUri } from './pre-authenticated-uri.ts';

/**
 * A failure after which the same attempt may succeed a little later. It never leaves main/storage: when the attempts are
 * used up, its error is thrown.
 */
export class TransientFailure extends Error {
  readonly error: StrongroomError;
  /** What the server asked for with Retry-After, in milliseconds. */
  readonly waitAtLeast: number;

  constructor(error: StrongroomError, waitAtLeast = 0) {
    super(error.message);
    this.name = 'TransientFailure';
    this.error = error;
    this.waitAtLeast = waitAtLeast;
  }
}

/** Why an exchange was broken off here. */
export type BrokenOff = 'idle' | 'too slow';

export function brokenOff({ host }: PreAuthenticatedUri, why: BrokenOff): TransientFailure {
  return new TransientFailure(
    why === 'idle'
      ? unavailable('UriStalled', `${host} does not answer any more.`, 'Try again later.')
      : unavailable(
          'UriTooSlow',
          `${host} is too slow: the exchange was given up.`,
          'Try again over a faster connection.',
        ),
  );
}

/** What openssl calls a certificate that does not prove who the server is. */
const CERTIFICATE_CODE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT|INVALID_|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

const CERTIFICATE_FLAWS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: "it is not valid yet, or this machine's clock is wrong",
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
};

/** What the operating system says of a connection that may come back. */
const PASSING_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EAI_AGAIN',
]);

/**
 * What Node threw while it spoke to the server. Nothing of it is kept but its code: what it carries besides may repeat
 * the URL, or what the server sent.
 */
export function exchangeFailure({ host }: PreAuthenticatedUri, thrown: unknown): Error {
  if (thrown instanceof TransientFailure || thrown instanceof StrongroomError) return thrown;
  const code = codeOf(thrown);
  if (code === undefined) return thrown instanceof Error ? thrown : new Error('the exchange failed');
  if (CERTIFICATE_CODE.test(code)) {
    const flaw = CERTIFICATE_FLAWS[code] ?? `nobody whom this machine trusts has signed it (${code})`;
    return unavailable(
      'CertificateRefused',
      `${host} does not prove that it is ${host}: its certificate cannot be accepted, as ${flaw}.`,
      'If its certificates come from an authority of your own, name that authority’s certificate with --ca-file. Else do not use this URL: somebody may stand between.',
    );
  }
  if (code.startsWith('HPE_')) {
    return unavailable(
      'UriAnswerInvalid',
      `${host} does not answer as a web server does (${code}).`,
      'Check that the URL is the one of a pre-authenticated request.',
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return unavailable(
      'TlsRefused',
      `No safe connection to ${host} came about (TLS 1.2 or newer is needed; ${code}).`,
      'Check that the server speaks TLS 1.2 or 1.3 at this address.',
    );
  }
  const error = unavailable(
    'UriUnreachable',
    code === 'ECONNRESET' || code === 'EPIPE'
      ? `The connection to ${host} broke off (${code}).`
      : `${host} cannot be reached (${code}).`,
    'Check the network and the URL, then try again.',
  );
  return PASSING_CODES.has(code) ? new TransientFailure(error) : error;
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}

const PASSING_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** A server may ask for patience, but not for all of it. */
const LONGEST_WAIT = 60_000;

/** What a status that is no success means, for whoever tried to `doing` (`read the object`). */
export function statusFailure(
  { host }: PreAuthenticatedUri,
  doing: string,
  { status, headers }: { readonly status: number; readonly headers: IncomingHttpHeaders },
): Error {
  const could = `${host} did not let Strongroom ${doing} (status ${status})`;
  if (status >= 300 && status < 400) {
    return new StrongroomError(
      'InvalidParameter',
      `${host} sends Strongroom on to another place (status ${status}); that is never followed.`,
      'Use the URL that leads straight to the object.',
      { reason: 'RedirectRefused' },
    );
  }
  if (PASSING_STATUS.has(status)) {
    const retryAfter = headers['retry-after'] ?? '';
    const seconds = /^[0-9]{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0;
    return new TransientFailure(
      unavailable('UriBusy', `${could}.`, 'Try again later.'),
      Math.min(seconds * 1000, LONGEST_WAIT),
    );
  }
  switch (status) {
    case 404:
    case 410:
      return new StrongroomError(
        'NotAuthorizedOrNotFound',
        `${could}: there is no such object, or the URL has expired or was withdrawn.`,
        'Make a new pre-authenticated request for the object.',
        { reason: 'UriNotFound' },
      );
    case 401:
    case 403:
    case 405:
      return new StrongroomError(
        'NotAuthorized',
        `${could}: the URL does not allow it, or has expired.`,
        'Make a new pre-authenticated request that allows it (ObjectReadWrite to back up, ObjectRead to restore).',
        { reason: 'UriRefused' },
      );
    case 413:
    case 507:
      return unavailable(
        'StorageFull',
        `${could}: it has no room for an object of this size.`,
        'Choose another destination.',
      );
    default:
      return unavailable('UriFailed', `${could}.`, 'Look at the server, or use another URL.');
  }
}

export function unavailable(reason: string, message: string, next: string): StrongroomError {
  return new StrongroomError('ServiceUnavailable', message, next, { reason });
}
