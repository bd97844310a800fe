import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultEnvironment, faultModulePath } from '../../support/fault-module.ts';
import type { Fault } from '../../support/fault-module.ts';
import { materialsOnToken } from '../../support/materials-on-token.ts';
import { OFFICER, passphrases, QUICK_ARGON2 } from '../../support/operators.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { FRA, tokenFields } from '../../support/two-regions.ts';
import { Strongroom } from '../../../main/strongroom.ts';

let token: PracticeToken;
beforeAll(async () => {
  token = await practiceToken('SoftHSM', { label: 'unfit' });
});
afterAll(() => token.remove());

/** The token behind the fault shim: a module that lacks what it needs is not to be had for a test. */
function openWithout(call: Fault['call']): Promise<Strongroom> {
  return Strongroom.open({
    home: join(temporaryFolder(), 'home'),
    program: 'test',
    passphrases,
    argon2: QUICK_ARGON2,
    pins: () => ({ kind: 'file', path: token.pinFile }),
    environment: {
      ...token.environment,
      ...faultEnvironment(token.reference.modulePath, { call, kind: 'unsupported' }),
    },
  });
}

it.each([
  ['wrapping keys', 'C_WrapKey', /RFC 5649/],
  ['unwrapping keys', 'C_UnwrapKey', /RFC 5649.*RSA-OAEP/],
  ['generating secret keys', 'C_GenerateKey', /generating AES keys/],
  ['generating key pairs', 'C_GenerateKeyPair', /generating RSA keys.*ECDSA/],
] as const)(
  'rule R4: a token that lacks %s is refused with the list of what is missing',
  async (_, call, missing) => {
    await using strongroom = await openWithout(call);
    const create = strongroom.call('realm.create', {
      name: 'Realm',
      tenancyName: 'Tenancy',
      region: FRA,
      administrator: OFFICER,
      ...tokenFields({ ...token, reference: { ...token.reference, modulePath: faultModulePath() } }),
    });
    await expect(create).rejects.toMatchObject({ code: 'IncorrectState', reason: 'TokenLacksCapabilities' });
    await expect(create).rejects.toThrow(missing);
    expect(strongroom.hasOperators).toBe(false);
    await expect(strongroom.call('realm.get', {})).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound' });
    expect(await materialsOnToken(token)).toEqual([]);
  },
);
