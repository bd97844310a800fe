import type { Row } from '../../client.ts';
import type { Region } from '../../../shared/domain/realm.ts';

export type ShownToken = Row<'token.list'>;

/** Which token was chosen. No PIN: main asks for it by itself. */
export interface TokenChoice {
  /** Path of the module; empty: none was chosen yet. */
  readonly module: string;
  /** Library parameters; empty: none. */
  readonly moduleParameters: string;
  readonly token: ShownToken | undefined;
}

export const NO_TOKEN: TokenChoice = { module: '', moduleParameters: '', token: undefined };

/** The token as requests name it; undefined while none is chosen. */
export function tokenFieldsOf({ module, moduleParameters, token }: TokenChoice):
  | {
      readonly module: string;
      readonly moduleParameters?: string;
      readonly tokenLabel: string;
      readonly slotSerial?: string;
    }
  | undefined {
  if (module === '' || token === undefined) return undefined;
  return {
    module,
    ...(moduleParameters === '' ? {} : { moduleParameters }),
    tokenLabel: token.label,
    ...(token.serial === '' ? {} : { slotSerial: token.serial }),
  };
}

/** Why a token cannot be chosen, in a sentence; undefined: it can. */
export function whyNot(token: ShownToken, servesRegion: string | undefined): string | undefined {
  if (servesRegion !== undefined) {
    return `It serves the region ${servesRegion}. Two regions on one token are lost with one token.`;
  }
  if (!token.isInitialised) return 'It is empty. Make it ready with its vendor’s tool, then look again.';
  if (!token.isUserPinSet) return 'It has no user PIN yet. Set one with its vendor’s tool, then look again.';
  if (token.isPinLocked) return 'Its PIN is locked after wrong tries. Its security officer can unlock it.';
  return undefined;
}

/** The region of this home that the token serves already. */
export function regionServedBy(
  module: string,
  token: ShownToken,
  regions: readonly Region[],
): string | undefined {
  return regions.find(
    ({ token: bound }) =>
      bound.modulePath === module &&
      bound.tokenLabel === token.label &&
      (bound.tokenSerial ?? token.serial) === token.serial,
  )?.regionId;
}
