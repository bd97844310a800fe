import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprintWords } from '../../../main/operations/enrolment-files.ts';
import { ChangeWatcher } from '../../support/change-watcher.ts';
import { practiceToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields, TwoRegions } from '../../support/two-regions.ts';

const LHR = 'uk-london-1';

describe('rule R3: enrolment takes what was compared, and nothing else', () => {
  let regions: TwoRegions;
  let watcher: ChangeWatcher;
  /** What the two sides read to each other. */
  let words: { request: string; grant: string };

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const london = await practiceToken('SoftHSM', { label: 'lhr', beside: regions.fra });
    await regions.strongroom.close();
    regions.strongroom = await openHome(path('home'), [regions.fra, regions.zrh, london]);
    const request = await call('region.enrol-request', {
      region: LHR,
      ...tokenFields(london),
      out: path('lhr.request'),
    });
    const grant = await call('region.enrol-grant', {
      region: FRA,
      request: path('lhr.request'),
      confirmWords: request.words,
      out: path('lhr.grant'),
    });
    words = { request: request.words, grant: grant.words };
    writeFileSync(path('text'), 'Dear operator, this is a text.\n');
    writeFileSync(path('taken'), 'somebody needs this');
    watcher = await ChangeWatcher.open({
      strongroom: () => regions.strongroom,
      tokens: [regions.fra, regions.zrh, london],
      withRealmKeys: [regions.fra, regions.zrh],
      folder: regions.folder,
    });
  }, 60_000);

  afterAll(async () => {
    await watcher[Symbol.asyncDispose]();
    await regions[Symbol.asyncDispose]();
  });

  const call: TwoRegions['call'] = (...parameters) => regions.call(...parameters);
  const path = (name: string): string => regions.path(name);
  const grantTo = (request: string, confirmWords: string, out = 'another.grant') =>
    call('region.enrol-grant', { region: FRA, request: path(request), confirmWords, out: path(out) });
  const accept = (grant: string, confirmWords: string, region = LHR) =>
    call('region.enrol-accept', { region, grant: path(grant), confirmWords });

  /** Writes a changed enrolment file. @returns the words of what is in it now. */
  function alter(source: string, name: string, change: (content: Record<string, unknown>) => object): string {
    const content = JSON.parse(readFileSync(path(source), 'utf8')) as Record<string, unknown>;
    const text = `${JSON.stringify({ ...content, ...change(content) }, undefined, 2)}\n`;
    writeFileSync(path(name), text);
    return fingerprintWords(createHash('sha256').update(text).digest('hex'));
  }

  const wordsDiffer = { code: 'InvalidParameter', reason: 'WordsDiffer' } as const;

  it('wrong words at the grant: no grant is written', async () => {
    await watcher.refused(() => grantTo('lhr.request', words.grant), wordsDiffer);
    await watcher.refused(() => grantTo('lhr.request', ''), wordsDiffer);
    const eleven = words.request.split(' ').slice(1).join(' ');
    await watcher.refused(() => grantTo('lhr.request', eleven), wordsDiffer);
  });

  it('a request with another transport key: other words, no grant', async () => {
    alter('lhr.request', 'exchanged.request', () => ({ tokenSerial: 'feedfacefeedface' }));
    await watcher.refused(() => grantTo('exchanged.request', words.request), wordsDiffer);
    // Even to somebody who reads the words off the exchanged file: it must hold a transport key.
    const theirs = alter('lhr.request', 'exchanged.request', () => ({
      transportPublicKey: Buffer.from('no key at all').toString('base64'),
    }));
    await watcher.refused(() => grantTo('exchanged.request', theirs), {
      code: 'InvalidParameter',
      reason: 'TransportKeyRefused',
      failedWorkRequest: 'ENROL_REGION',
    });
  });

  it('a grant onto a file that is there, and of a file that is no request', async () => {
    await watcher.refused(() => grantTo('lhr.request', words.request, 'taken'), {
      code: 'NotAuthorizedOrResourceAlreadyExists',
      reason: 'NameTaken',
      failedWorkRequest: 'ENROL_REGION',
    });
    const notOurs = { code: 'InvalidParameter', reason: 'NotAnEnrolmentFile' } as const;
    await watcher.refused(() => grantTo('lhr.grant', words.grant), notOurs);
    await watcher.refused(() => grantTo('text', words.request), notOurs);
    await watcher.refused(() => accept('lhr.request', words.request), notOurs);
    const notThere = { code: 'NotAuthorizedOrNotFound', reason: 'FileNotFound' } as const;
    await watcher.refused(() => grantTo('nothing', words.request), notThere);
    const notAFile = { code: 'InvalidParameter', reason: 'NotAFile' } as const;
    await watcher.refused(() => accept('bucket-fra', words.grant), notAFile);
    // Opening a pipe that nobody writes to would wait for ever.
    execFileSync('mkfifo', [regions.path('pipe')]);
    await expect(grantTo('pipe', words.request)).rejects.toMatchObject(notAFile);
    rmSync(regions.path('pipe'));
  });

  it('wrong words at the accept: nothing is taken in', async () => {
    await watcher.refused(() => accept('lhr.grant', words.request), wordsDiffer);
    alter('lhr.grant', 'altered.grant', ({ wrappedRak }) => ({ wrappedRbk: wrappedRak }));
    await watcher.refused(() => accept('altered.grant', words.grant), wordsDiffer);
  });

  it('an altered grant whose words were compared all the same fails by its check values', async () => {
    const mismatch = {
      code: 'InvalidParameter',
      reason: 'CheckValueMismatch',
      failedWorkRequest: 'ENROL_REGION',
    } as const;
    for (const change of [
      ({ wrappedRbk, wrappedRak }) => ({ wrappedRbk: wrappedRak, wrappedRak: wrappedRbk }),
      () => ({ wrappedRbk: randomBytes(384).toString('base64') }),
      () => ({ wrappedRak: Buffer.from('short').toString('base64') }),
      ({ realm }) => ({ realm: { ...(realm as object), rakCheckValue: '0'.repeat(32) } }),
      ({ realm }) => ({ realm: { ...(realm as object), realmId: '0'.repeat(32) } }),
    ] satisfies ((content: Record<string, unknown>) => object)[]) {
      const theirs = alter('lhr.grant', 'altered.grant', change);
      await watcher.refused(() => accept('altered.grant', theirs), mismatch);
    }
  });

  it('a grant for another request, or for another region', async () => {
    const unknown = { code: 'NotAuthorizedOrNotFound', reason: 'EnrolmentUnknown' } as const;
    const otherRequest = alter('lhr.grant', 'other.grant', () => ({ requestId: '0'.repeat(32) }));
    await watcher.refused(() => accept('other.grant', otherRequest), unknown);
    const otherHash = alter('lhr.grant', 'other.grant', () => ({ requestSha256: '0'.repeat(64) }));
    await watcher.refused(() => accept('other.grant', otherHash), unknown);
    await watcher.refused(() => accept('lhr.grant', words.grant, 'eu-paris-1'), {
      code: 'InvalidParameter',
      reason: 'EnrolmentOfOtherRegion',
    });
  });

  it('after all these refusals the true grant is accepted, once', async () => {
    const accepted = await accept('lhr.grant', words.grant);
    expect(accepted.region.regionId).toBe(LHR);
    await watcher.refused(() => accept('lhr.grant', words.grant), {
      code: 'NotAuthorizedOrNotFound',
      reason: 'EnrolmentUnknown',
    });
  });
});
