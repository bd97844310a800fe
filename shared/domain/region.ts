import { z } from 'zod';

/** A region identifier such as `eu-frankfurt-1` (rule R2). */
export const regionIdSchema = z
  .string()
  .regex(/^[a-z]{2,4}-[a-z]{2,30}-[1-9][0-9]?$/, { error: 'must look like eu-frankfurt-1' });

/** A region's short key such as `FRA` (rule R2). */
export const regionKeySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: 'must be three capital letters, like FRA' });

/** Short keys of the regions that everybody knows; any other region brings its own with --region-key. */
export const KNOWN_REGION_KEYS: Readonly<Record<string, string>> = {
  'us-ashburn-1': 'IAD',
  'us-phoenix-1': 'PHX',
  'eu-frankfurt-1': 'FRA',
  'eu-zurich-1': 'ZRH',
  'uk-london-1': 'LHR',
  'uk-cardiff-1': 'CWL',
  'ap-tokyo-1': 'NRT',
  'ap-sydney-1': 'SYD',
  'sa-saopaulo-1': 'GRU',
  'ca-toronto-1': 'YYZ',
};

/** How to reach one PKCS#11 token. */
export const tokenReferenceSchema = z.object({
  /** Path of the module library. */
  modulePath: z.string().min(1).max(4096),
  /** What NSS calls library parameters (CK_C_INITIALIZE_ARGS.LibraryParameters); other modules need none. */
  moduleParameters: z.string().max(4096).optional(),
  tokenLabel: z.string().min(1).max(32),
  /** Tells two tokens of one label apart; never proof of which token it is (rule R2). */
  tokenSerial: z.string().max(16).optional(),
});
export type TokenReference = z.infer<typeof tokenReferenceSchema>;
