import type { Argon2Parameters, PassphraseSources } from '../../main/strongroom.ts';

/** The first operator of a test's home, its administrator. */
export const OFFICER = 'officer';

/** Every operator of a test has the same passphrase. */
export const PASSPHRASE = 'correct horse battery staple';

/** As cheap as argon2id gets: tests sign in hundreds of times, and these passphrases guard nothing. */
export const QUICK_ARGON2: Argon2Parameters = { memoryCost: 8, timeCost: 1, parallelism: 1 };

export const passphrases: PassphraseSources = () => Promise.resolve(PASSPHRASE);
