import type { CapabilityProfile } from '../../../shared/domain/capability-profile.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import type { Answer, Request } from '../../client.ts';
import { NO_KIT } from '../recovery-kit/kit-and-shares.ts';
import type { KitAndShares } from '../recovery-kit/kit-and-shares.ts';
import { causeOf } from '../token/cause.ts';
import { regionFieldsOf } from '../token/region-naming.ts';
import type { RegionNaming } from '../token/region-naming.ts';
import { NO_TOKEN, tokenFieldsOf } from '../token/token-choice.ts';
import type { TokenChoice } from '../token/token-choice.ts';

/** How a home gets its realm. Enrolment has a screen of its own. */
export type Way = 'create' | 'enrol' | 'attach' | 'kit' | 'practice';
/** The ways that end in a request of this screen. */
export type OwnWay = 'create' | 'attach' | 'kit';

export type StepId = 'way' | 'kit' | 'token' | 'profile' | 'realm' | 'operator' | 'review' | 'done';

/** All that was chosen so far. Nothing is lost by going back, and nothing in it is secret. */
export interface Draft extends RegionNaming {
  readonly way: Way | undefined;
  readonly choice: TokenChoice;
  /** What the chosen token was found able to do; undefined until it was tried. */
  readonly profile: CapabilityProfile | undefined;
  readonly realmName: string;
  readonly tenancyName: string;
  readonly administrator: string;
  readonly kit: KitAndShares;
}

export const EMPTY_DRAFT: Draft = {
  way: undefined,
  choice: NO_TOKEN,
  profile: undefined,
  regionId: '',
  regionKey: '',
  realmName: '',
  tenancyName: '',
  administrator: '',
  kit: NO_KIT,
};

/** The steps of each way, in order. */
export function stepsOf(way: Way | undefined): readonly StepId[] {
  if (way === 'enrol' || way === 'practice') return ['way'];
  const rest: readonly StepId[] = ['token', 'profile', 'realm', 'operator', 'review', 'done'];
  return way === 'kit' ? ['way', 'kit', ...rest] : ['way', ...rest];
}

type Bound = Answer<'region.attach'>;

/** Carries the draft out. @throws ErrorDocument */
export async function carryOut(
  draft: Draft,
  call: <Name extends 'realm.create' | 'region.attach' | 'recovery-kit.restore'>(
    name: Name,
    request: Request<Name>,
  ) => Promise<Answer<Name>>,
): Promise<Bound> {
  const token = tokenFieldsOf(draft.choice);
  if (token === undefined) throw new Error('no token was chosen');
  const common = { ...regionFieldsOf(draft), ...token, administrator: draft.administrator };
  if (draft.way === 'attach') return call('region.attach', common);
  if (draft.way === 'kit') {
    const { kit, shareFiles } = draft.kit;
    return call('recovery-kit.restore', { ...common, kit: kit.trim(), shareFile: [...shareFiles] });
  }
  return call('realm.create', {
    ...common,
    name: draft.realmName.trim(),
    tenancyName: draft.tenancyName.trim(),
  });
}

const ABOUT_KIT = /^(NotARecovery|RecoveryKit|Share|FileNotFound)/;

/** The step at which the cause of a failure is put right; undefined: the same may be tried again where one is. */
export function mendedAt(error: ErrorDocument): StepId | undefined {
  const cause = causeOf(error);
  if (cause !== undefined) return cause === 'region' ? 'realm' : cause;
  // A token with realm keys is not one to make a realm on: another way begins with it.
  if (error.reason === 'RealmKeysExist') return 'way';
  return ABOUT_KIT.test(error.reason ?? '') ? 'kit' : undefined;
}
