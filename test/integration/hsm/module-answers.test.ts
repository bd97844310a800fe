import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { forkModuleHost } from '../../../main/hsm/launch-module-host.ts';
import { Tokens } from '../../../main/hsm/tokens.ts';
import { collect } from '../../support/collect.ts';

const host = fileURLToPath(new URL('../../support/untrustworthy-module-host.ts', import.meta.url));

let tokens: Tokens;
afterEach(async () => {
  await tokens.close();
});

function untrustworthyTokens(): Tokens {
  tokens = new Tokens({ launch: (entry) => forkModuleHost({ ...entry, path: host }) });
  return tokens;
}

describe('a process that its module has taken over (rules R72, R74)', () => {
  it.each([
    'answers another call',
    'answers nonsense',
    'answers with a wrong shape',
    'claims to be asking a person',
  ])('%s: is not believed, and ended', async (behaviour) => {
    await expect(untrustworthyTokens().listTokens({ modulePath: behaviour })).rejects.toMatchObject({
      code: 'ServiceUnavailable',
      reason: 'ModuleAnswerInvalid',
    });
  });

  it('cannot send control characters to a terminal through the names that it gives', async () => {
    const [token] = await untrustworthyTokens().listTokens({ modulePath: 'forges terminal output' });
    expect(token?.label).toBe('\uFFFD[2Jall is well\uFFFD');
  });

  it('cannot answer for other keys than it was asked for', async () => {
    const session = await untrustworthyTokens().openSession(
      { modulePath: 'answers for other keys', tokenLabel: 'token' },
      { kind: 'file', path: 'not read by this process' },
    );
    const proven = session.proveKeyVersions([
      {
        materialId: '0'.repeat(32),
        wrappedKey: new Uint8Array(40),
        keyShape: { algorithm: 'AES', length: 32 },
        extractable: true,
      },
    ]);
    await expect(collect(proven)).rejects.toMatchObject({ reason: 'ModuleAnswerInvalid' });
  });
});
