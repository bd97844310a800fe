import type { TokenReference } from '../../shared/domain/region.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import type { OperationContext } from './operation-context.ts';
import { deletePracticeFolder, makePracticeScratch } from './practice-scratch.ts';

/** Where a rehearsal rebuilds the realm keys: on a token that is named, or on a practice token made for it. */
export type ScratchPlace =
  | { readonly kind: 'token'; readonly token: TokenReference }
  /** A folder that is not there yet; what is made in it goes with it. */
  | { readonly kind: 'practice'; readonly folder: string };

/** Works on the scratch token; a practice token is made first and deleted afterwards, whatever happens. */
export async function onScratch<Result>(
  context: OperationContext,
  place: ScratchPlace,
  work: (session: TokenSession) => Promise<Result>,
): Promise<Result> {
  if (place.kind === 'token') {
    const session = await context.openToken(place.token, { tokenLabel: place.token.tokenLabel });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
  try {
    const practice = await makePracticeScratch(place.folder);
    try {
      return await work(practice.session);
    } finally {
      await practice.close();
    }
  } finally {
    await deletePracticeFolder(place.folder);
  }
}
