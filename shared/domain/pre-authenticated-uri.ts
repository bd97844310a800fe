import { z } from 'zod';

/** Longer than any service makes them: signed URLs of other clouds reach two thousand characters. */
const LONGEST_URI = 4096;

/** Printable ASCII: what `URL` would otherwise trim, drop or encode without a word. */
const HTTPS_URI = /^https:\/\/[!-~]+$/i;

/**
 * The URL of a pre-authenticated request (rules R23, R40): whoever has it may read or write the object, so it is a secret.
 * What refuses it never repeats it.
 */
export const preAuthenticatedUriSchema = z
  .string()
  .max(LONGEST_URI)
  .superRefine((uri, refinement) => {
    const message = flawOf(uri);
    if (message !== undefined) refinement.addIssue({ code: 'custom', message });
  });

function flawOf(uri: string): string | undefined {
  if (!HTTPS_URI.test(uri) || !URL.canParse(uri)) return 'must be an https:// URL';
  const url = new URL(uri);
  if (url.username !== '' || url.password !== '') return 'must have no user name or password in it';
  if (uri.includes('#')) return 'must have no part after a #';
  // The reference's URL for any object of a bucket ends in /o/: the object's name is to be added to it.
  if (url.pathname.endsWith('/')) return 'must end in the name of an object, not in a slash';
  return undefined;
}
