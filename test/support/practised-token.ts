import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PinSource } from '../../main/hsm/token-session.ts';
import { Tokens } from '../../main/hsm/tokens.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import { faultEnvironment, faultModulePath } from './fault-module.ts';
import type { Fault } from './fault-module.ts';
import { practiceToken } from './practice-tokens.ts';

/** A SoftHSM token labelled FRA with realm keys and some AES keys, reached directly or through the fault shim. */
export interface PractisedToken {
  readonly folder: string;
  readonly reference: TokenReference;
  /** The same token behind the fault shim. */
  readonly shimReference: TokenReference;
  readonly pin: PinSource & { readonly kind: 'file' };
  readonly materialIds: readonly string[];
  readonly rbkId: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The environment in which the shim strikes; without a fault it only writes down its calls. */
  faulty(fault?: Fault): Record<string, string>;
  /** Where the shim writes down its calls. */
  readonly tracePath: string;
  remove(): Promise<void>;
}

export async function makePractisedToken(keys: number): Promise<PractisedToken> {
  const practice = await practiceToken('SoftHSM', { label: 'FRA' });
  const { reference, pinFile, environment } = practice;
  const folder = path.dirname(pinFile);
  const pin = { kind: 'file', path: pinFile } as const;
  const tokens = new Tokens({ environment });
  const session = await tokens.openSession(reference, pin);
  const { rbkId } = await session.createRealmKeys({ realmName: 'practice', tenancyName: 'practice' });
  const materialIds = Array.from({ length: keys }, (_, index) => index.toString(16).padStart(32, '0'));
  for (const id of materialIds) await session.generateKeyVersion(id, { algorithm: 'AES', length: 32 }, 'key');
  await tokens.close();

  const tracePath = path.join(folder, 'trace');
  writeFileSync(tracePath, '');
  return {
    folder,
    reference,
    shimReference: { ...reference, modulePath: faultModulePath() },
    pin,
    materialIds,
    rbkId,
    environment,
    faulty: (fault) => ({ ...environment, ...faultEnvironment(reference.modulePath, fault, tracePath) }),
    tracePath,
    remove: () => practice.remove(),
  };
}
