import { join } from 'node:path';
import { Tokens } from '../../main/hsm/tokens.ts';
import { openCatalog } from '../../main/catalog/open-catalog.ts';
import type { ScratchToken } from '../../main/catalog/scratch-token-store.ts';
import type { PracticeToken } from './practice-tokens.ts';

/** What a token holds, read past the product's own sessions. */
export async function contentsOf(
  token: PracticeToken,
): Promise<{ realm: string | undefined; keys: string[] }> {
  const tokens = new Tokens({ environment: { ...process.env, ...token.environment } });
  try {
    const session = await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile });
    const keys: string[] = [];
    for await (const { materialId } of session.inventory()) keys.push(materialId);
    return { realm: (await session.findRealmKeys())?.realmId, keys };
  } finally {
    await tokens.close();
  }
}

/** The scratch tokens that a home knows to be in use, or left over. The home may be open. */
export function scratchTokensOf(home: string): ScratchToken[] {
  const catalog = openCatalog(join(home, 'catalog.sqlite'));
  try {
    return catalog.scratchTokens.list();
  } finally {
    catalog.close();
  }
}
