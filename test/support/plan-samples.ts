import type { RestorePlan } from '../../shared/domain/restore-plan.ts';
import { sampleOcid } from './request-samples.ts';

/** The plan of restoring a vault with one key in another region. */
export function samplePlan(changes: Partial<RestorePlan> = {}): RestorePlan {
  return {
    planHash: 'd'.repeat(64),
    backup: {
      backupId: sampleOcid('backup'),
      kind: 'VAULT',
      sourceRegion: 'eu-frankfurt-1',
      timeCreated: '2026-11-24T08:13:22.123Z',
      sha256: 'e'.repeat(64),
      size: 1_234_567,
    },
    region: 'eu-zurich-1',
    isSourceRegion: false,
    items: [
      {
        entityType: 'vault',
        action: 'ADD',
        displayName: 'Payments',
        sourceId: sampleOcid('vault'),
        id: sampleOcid('vault', 'eu-zurich-1'),
        lifecycleState: 'ACTIVE',
      },
      {
        entityType: 'key',
        action: 'KEEP',
        displayName: 'card data',
        sourceId: sampleOcid('key'),
        id: sampleOcid('key', 'eu-zurich-1'),
        shape: 'AES-256',
        lifecycleState: 'ENABLED',
        keyVersionsToAdd: 12,
        keyVersionsPresent: 3,
      },
    ],
    keyVersionsToAdd: 12,
    keyVersionsPresent: 3,
    keyVersionsToBringBack: 0,
    limits: [],
    policies: [],
    refused: [],
    warnings: ['One policy statement names the vault by its old OCID.'],
    estimatedMilliseconds: 4200,
    ...changes,
  };
}
