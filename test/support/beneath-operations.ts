import { join } from 'node:path';
import { openCatalog } from '../../main/catalog/open-catalog.ts';
import type { TokenSession } from '../../main/hsm/token-session.ts';
import { Tokens } from '../../main/hsm/tokens.ts';
import type { TokenAccess } from '../../main/operations/software-key-protector.ts';
import type { TwoRegions } from './two-regions.ts';

/** What operations stand on: the home's catalog, and a session with Frankfurt's token. */
export interface Beneath extends TokenAccess {
  readonly session: TokenSession;
}

/** Works beneath the operations, on the same home and token, then starts the program anew: it has to look again. */
export async function beneathOperations<Result>(
  regions: TwoRegions,
  work: (beneath: Beneath) => Promise<Result> | Result,
): Promise<Result> {
  const catalog = openCatalog(join(regions.path('home'), 'catalog.sqlite'));
  const { reference, pinFile, environment } = regions.fra;
  const tokens = new Tokens({ environment });
  try {
    const session = await tokens.openSession(reference, { kind: 'file', path: pinFile });
    return await work({
      catalog,
      session,
      now: () => new Date(),
      openRegion: () => Promise.resolve(session),
    });
  } finally {
    await tokens.close();
    catalog.close();
    await regions.reopen();
  }
}
