import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { preAuthenticatedUriSchema } from '../../shared/domain/pre-authenticated-uri.ts';

/** The URL of a pre-authenticated request, and what may be said of it: everything but `url` may be shown and kept. */
export interface PreAuthenticatedUri {
  /** The secret. */
  readonly url: URL;
  /** With the port, where it is not the usual one. */
  readonly host: string;
  /** Of the whole URL: tells two of them apart without holding either. */
  readonly sha256: string;
  /** The object's name as far as it is certainly no secret: else `object`. */
  readonly objectName: string;
  /** For people: `https://objectstorage.eu-frankfurt-1.example/…/payments.backup`. */
  readonly description: string;
}

/** @throws InvalidParameter `UriInvalid` */
export function parsePreAuthenticatedUri(uri: string): PreAuthenticatedUri {
  const parsed = preAuthenticatedUriSchema.safeParse(uri);
  if (!parsed.success) {
    throw new StrongroomError(
      'InvalidParameter',
      `The URL cannot be used: it ${parsed.error.issues[0]?.message ?? 'is not valid'}.`,
      'Take the whole URL of a pre-authenticated request, as it was shown when it was made.',
      { reason: 'UriInvalid' },
    );
  }
  const url = new URL(parsed.data);
  const name = nameToShow(url);
  return {
    url,
    host: url.host,
    sha256: createHash('sha256').update(url.href).digest('hex'),
    objectName: name ?? 'object',
    description: `https://${url.host}/…${name === undefined ? '' : `/${name}`}`,
  };
}

/** Too short to keep anybody out; what is longer and not made of words may be the secret. */
const SHORTEST_SECRET = 16;

/**
 * The last part of the path, if it reads like a file's name and the secret evidently stands elsewhere in the URL. Whoever
 * makes such URLs may put the secret anywhere: in a part of its own before (the reference), in the query (signed URLs), or
 * in the name itself.
 */
function nameToShow(url: URL): string | undefined {
  const parts = url.pathname.split('/').slice(1);
  const name = parts.pop() ?? '';
  const isSecretElsewhere = [...parts, ...url.searchParams.values()].some(
    (part) => part.length >= SHORTEST_SECRET && !isMadeOfWords(part),
  );
  return isSecretElsewhere && name.length <= 100 && isMadeOfWords(name) ? name : undefined;
}

/** A word, perhaps with a small number at its end; a number; or a time as Strongroom writes it into names. */
const WORD = /^(?:[A-Z]?[a-z]{0,20}[0-9]{0,4}|[A-Z]{1,6}|[0-9]{1,8}|[0-9]{8}T[0-9]{6}Z)$/;

function isMadeOfWords(text: string): boolean {
  return text.split(/[._-]/).every((word) => WORD.test(word));
}
