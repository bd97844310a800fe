import type { PlanItem, RestorePlan } from '../../shared/domain/restore-plan.ts';
import { listLines, pairLines } from './render-list.ts';
import { bulletLines, indented, neutralise, wrapWords } from './terminal-text.ts';
import { bytesInWords, durationInWords, timeInWords } from './words.ts';

const ACTION_WORDS = { ADD: 'add', UPDATE: 'update', KEEP: 'keep' } as const;

/**
 * A restore plan for the person who decides by it (rule R43). What matters most stands last, next to the question: the
 * items first, then warnings, then whether it may go ahead.
 * @param isExecuted the restore was done by it.
 */
export function planLines(plan: RestorePlan, width: number, isExecuted = false): string[] {
  return [
    ...pairLines(summaryPairs(plan), width),
    '',
    isExecuted ? 'What was done:' : 'What will happen:',
    ...indented(itemLines(plan, width - 2)),
    ...titledBullets('Warnings:', plan.warnings, width),
    '',
    ...verdictLines(plan, width, isExecuted),
  ];
}

function summaryPairs(plan: RestorePlan): (readonly [string, string])[] {
  const { backup } = plan;
  const isKey = backup.kind === 'KEY';
  return [
    ['Restore of', `a ${isKey ? 'key' : 'vault'}'s backup, ${bytesInWords(backup.size)}, verified in full`],
    ['Backup', neutralise(backup.backupId)],
    ['Made', `${timeInWords(backup.timeCreated)} in ${neutralise(backup.sourceRegion)}`],
    ['SHA-256', neutralise(backup.sha256)],
    ['Into', neutralise(plan.region)],
    [
      'OCIDs',
      plan.isSourceRegion
        ? "preserved: this is the backup's own region"
        : "new: this is not the backup's own region; policies that name the old ones must be changed",
    ],
    [
      'Key versions',
      `${plan.keyVersionsToAdd.toLocaleString('en-US')} to add, ${plan.keyVersionsPresent.toLocaleString('en-US')} here already`,
    ],
    ['Time', durationInWords(plan.estimatedMilliseconds)],
    ['Plan hash', neutralise(plan.planHash)],
  ];
}

function itemLines(plan: RestorePlan, width: number): string[] {
  if (plan.items.length === 0) return ['Nothing.'];
  return listLines(
    {
      headers: ['Action', 'What', 'Name', 'Shape', 'State after', 'Versions', 'OCID', 'OCID in the backup'],
      rows: plan.items.map((item) => itemCells(item)),
    },
    width,
  );
}

function itemCells(item: PlanItem): string[] {
  return [
    ACTION_WORDS[item.action],
    item.entityType,
    neutralise(item.displayName),
    neutralise(item.shape ?? ''),
    neutralise(item.lifecycleState ?? ''),
    versionsInWords(item),
    neutralise(item.id),
    item.sourceId === item.id ? '' : neutralise(item.sourceId),
  ];
}

function versionsInWords({ keyVersionsToAdd, keyVersionsPresent }: PlanItem): string {
  return [
    ...(keyVersionsToAdd === undefined ? [] : [`${keyVersionsToAdd.toLocaleString('en-US')} to add`]),
    ...(keyVersionsPresent === undefined ? [] : [`${keyVersionsPresent.toLocaleString('en-US')} here`]),
  ].join(', ');
}

function titledBullets(title: string, texts: readonly string[], width: number): string[] {
  return texts.length === 0 ? [] : ['', title, ...texts.flatMap((text) => bulletLines(text, width))];
}

function verdictLines(plan: RestorePlan, width: number, isExecuted: boolean): string[] {
  if (plan.refused.length > 0) {
    return [
      'REFUSED. This restore cannot go ahead:',
      ...plan.refused.flatMap((reason) => bulletLines(reason, width)),
    ];
  }
  const count = (action: PlanItem['action']) => plan.items.filter((item) => item.action === action).length;
  const changes = `${count('ADD')} to add, ${count('UPDATE')} to update, ${count('KEEP')} to keep as they are`;
  const verdict = isExecuted ? 'This plan was executed' : 'This restore may go ahead';
  return wrapWords(`${verdict}: ${changes}; nothing is deleted or overwritten.`, width);
}
