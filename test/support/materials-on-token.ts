import { Tokens } from '../../main/hsm/tokens.ts';
import type { PracticeToken } from './practice-tokens.ts';

/** Material ids of the key versions that a token really holds, seen by a process of its own; sorted. */
export async function materialsOnToken(token: PracticeToken): Promise<string[]> {
  const tokens = new Tokens({ environment: { ...process.env, ...token.environment } });
  try {
    const session = await tokens.openSession(token.reference, { kind: 'file', path: token.pinFile });
    const found: string[] = [];
    for await (const { materialId } of session.inventory()) found.push(materialId);
    return found.sort();
  } finally {
    await tokens.close();
  }
}
