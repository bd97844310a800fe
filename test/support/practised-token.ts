import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePracticeFolder } from '../../main/hsm/practice-folder.ts';
import type { PinSource } from '../../main/hsm/token-session.ts';
import { Tokens } from '../../main/hsm/tokens.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import { faultEnvironment, faultModulePath } from './fault-module.ts';
import type { Fault } from './fault-module.ts';

/** A SoftHSM token with realm keys and some AES keys, reached directly or through the fault shim. */
export interface PractisedToken {
  readonly folder: string;
  readonly reference: TokenReference;
  /** The same token behind the fault shim. */
  readonly shimReference: TokenReference;
  readonly pin: PinSource & { readonly kind: 'file' };
  readonly materialIds: readonly string[];
  readonly rbkId: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The variables that make the shim strike, and where it writes down its calls. */
  faulty(fault?: Fault): Record<string, string>;
  /** The calls that went through the shim so far. */
  readonly tracePath: string;
  remove(): void;
}

/** SoftHSM writes every object some 35 times: in memory where the machine has such a folder. */
function newFolder(): string {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : realpathSync(tmpdir());
  return mkdtempSync(join(parent, 'strongroom-token-'));
}

export async function makePractisedToken(keys: number): Promise<PractisedToken> {
  const folder = newFolder();
  const practice = await makePracticeFolder(folder);
  const tokens = new Tokens({ environment: practice.environment });
  const soPin = { kind: 'file', path: await practice.newPinFile('so') } as const;
  const pin = { kind: 'file', path: await practice.newPinFile('user') } as const;
  const reference = { modulePath: practice.modulePath, tokenLabel: 'FRA' };
  await tokens.initialiseToken(reference, 'FRA', soPin, pin);
  const session = await tokens.openSession(reference, pin);
  const { rbkId } = await session.createRealmKeys({ realmName: 'practice', tenancyName: 'practice' });
  const materialIds = Array.from({ length: keys }, (_, index) => index.toString(16).padStart(32, '0'));
  for (const id of materialIds) await session.generateKeyVersion(id, { algorithm: 'AES', length: 32 }, 'key');
  await tokens.close();

  const tracePath = join(folder, 'trace');
  writeFileSync(tracePath, '');
  return {
    folder,
    reference,
    shimReference: { ...reference, modulePath: faultModulePath() },
    pin,
    materialIds,
    rbkId,
    environment: practice.environment,
    faulty: (fault) => ({
      ...practice.environment,
      ...faultEnvironment(practice.modulePath, fault, tracePath),
    }),
    tracePath,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
