import { StrongroomError } from '../../shared/domain/errors.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import type { SealingToken } from '../sealing/sealing-token.ts';

/** A logged-in token as sealing sees it: five calls, and the ids and check values as found on the token itself. */
export function sealingTokenOf(session: TokenSession): SealingToken {
  return {
    authenticate: (message) => session.authenticate(message),
    identify: async () => {
      const keys = await session.findRealmKeys();
      if (keys === undefined) {
        throw new StrongroomError(
          'IncorrectState',
          `The token ${session.token.label} no longer holds the realm keys.`,
          'Enrol it again (region enrol-request).',
          { reason: 'RealmKeysMissing' },
        );
      }
      return keys;
    },
    wrapProbe: () => session.wrapProbe(),
    wrapKeyVersions: (materialIds) => session.wrapKeyVersions(materialIds),
    proveKeyVersions: (keys) => session.proveKeyVersions(keys),
  };
}
