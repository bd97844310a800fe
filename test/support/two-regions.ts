import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KnownVendor } from '../../main/hsm/known-modules.ts';
import { Strongroom } from '../../main/strongroom.ts';
import type { RequestInput, ResponseOf } from '../../shared/contract/contract.ts';
import { OFFICER, passphrases, QUICK_ARGON2 } from './operators.ts';
import { practiceToken, practiceTokenFolder } from './practice-tokens.ts';
import type { PracticeToken } from './practice-tokens.ts';

export const FRA = 'eu-frankfurt-1';
export const ZRH = 'eu-zurich-1';

/** How a request names a practice token. */
export function tokenFields({ reference }: PracticeToken) {
  return {
    module: reference.modulePath,
    ...(reference.moduleParameters === undefined ? {} : { moduleParameters: reference.moduleParameters }),
    tokenLabel: reference.tokenLabel,
  };
}

/** Opens a home that may use these tokens, their PINs read from their files; its officer, if it has one, signs in. */
export async function openHome(
  home: string,
  tokens: readonly PracticeToken[],
  now: () => Date = () => new Date(),
): Promise<Strongroom> {
  const strongroom = await Strongroom.open({
    home,
    program: 'test',
    now,
    passphrases,
    argon2: QUICK_ARGON2,
    environment: Object.assign({}, ...tokens.map((token) => token.environment)) as Record<string, string>,
    pins: ({ tokenLabel }) => ({
      kind: 'file',
      path: tokens.find((token) => token.reference.tokenLabel === tokenLabel)?.pinFile ?? '/nonexistent',
    }),
  });
  if (strongroom.hasOperators) await strongroom.signIn(OFFICER);
  return strongroom;
}

/** The clock of a home: the machine's, and as far ahead of it (or behind) as a test wants. */
export class HomeClock {
  daysAhead = 0;
  readonly now = (): Date => new Date(Date.now() + this.daysAhead * 24 * 60 * 60 * 1000);
}

/** A realm on two practice tokens, one home that has both regions, a bucket in each. Everything is in `folder`. */
export class TwoRegions implements AsyncDisposable {
  readonly folder: string;
  readonly fra: PracticeToken;
  readonly zrh: PracticeToken;
  strongroom: Strongroom;
  readonly clock: HomeClock;

  private constructor(
    folder: string,
    fra: PracticeToken,
    zrh: PracticeToken,
    strongroom: Strongroom,
    clock: HomeClock,
  ) {
    this.clock = clock;
    this.folder = folder;
    this.fra = fra;
    this.zrh = zrh;
    this.strongroom = strongroom;
  }

  static async make(here: KnownVendor, there: KnownVendor): Promise<TwoRegions> {
    const folder = practiceTokenFolder();
    const fra = await practiceToken(here, { label: 'fra' });
    // SoftHSM is one library with one configuration a process: its tokens lie beside each other.
    const zrh = await practiceToken(there, {
      label: 'zrh',
      ...(here === 'SoftHSM' && there === here ? { beside: fra } : {}),
    });
    const clock = new HomeClock();
    const strongroom = await openHome(join(folder, 'home'), [fra, zrh], clock.now);
    const regions = new TwoRegions(folder, fra, zrh, strongroom, clock);
    await strongroom.call('realm.create', {
      name: 'Realm',
      tenancyName: 'Tenancy',
      region: FRA,
      ...tokenFields(fra),
      administrator: OFFICER,
    });
    await regions.enrolZurich();
    await strongroom.call('bucket.create', {
      name: 'fra',
      location: regions.path('bucket-fra'),
      region: FRA,
    });
    await strongroom.call('bucket.create', {
      name: 'zrh',
      location: regions.path('bucket-zrh'),
      region: ZRH,
    });
    return regions;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  call: Strongroom['call'] = (name, request, options) => this.strongroom.call(name, request, options);

  async enrolZurich(): Promise<ResponseOf<'region.enrol-accept'>> {
    const request = await this.call('region.enrol-request', {
      region: ZRH,
      ...tokenFields(this.zrh),
      out: this.path('zrh.request'),
    });
    const grant = await this.call('region.enrol-grant', {
      region: FRA,
      request: this.path('zrh.request'),
      confirmWords: request.words,
      out: this.path('zrh.grant'),
    });
    return this.call('region.enrol-accept', {
      region: ZRH,
      grant: this.path('zrh.grant'),
      confirmWords: grant.words,
    });
  }

  /** A vault in Frankfurt, in a compartment of its own. */
  async makeVault(displayName = 'Payments Vault'): Promise<ResponseOf<'vault.create'>> {
    const compartment = await this.call('compartment.create', { displayName: 'Payments' });
    return this.call('vault.create', { compartmentId: compartment.id, displayName, region: FRA });
  }

  makeKey(
    vaultId: string,
    displayName: string,
    keyShape: RequestInput<'key.create'>['keyShape'],
  ): Promise<ResponseOf<'key.create'>> {
    return this.call('key.create', { vaultId, displayName, keyShape });
  }

  /** Ends the program and starts it again on the same home. */
  async reopen(): Promise<void> {
    await this.strongroom.close();
    this.strongroom = await openHome(this.path('home'), [this.fra, this.zrh], this.clock.now);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.strongroom.close();
    await this.fra.remove();
    await this.zrh.remove();
    await rm(this.folder, { recursive: true, force: true });
  }
}
