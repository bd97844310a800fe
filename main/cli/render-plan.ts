import type { PlanItem, RestorePlan } from '../../shared/domain/restore-plan.ts';
import { listLines, pairLines } from './render-list.ts';
import { bulletLines, indented, neutralise, neutraliseMessage, wrapWords } from './terminal-text.ts';
import { bytesInWords, counted, durationInWords, timeInWords } from './words.ts';

/** From this share of a limit on, it is shown. */
const NEARLY = 0.8;

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
    ...limitLines(plan, width),
    ...policyLines(plan, width),
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
    ...(plan.keyVersionsToBringBack === 0
      ? []
      : [
          [
            'Brought back',
            `${counted(plan.keyVersionsToBringBack, 'key version')} of those to add, destroyed here since the backup`,
          ] as const,
        ]),
    ['Time', durationInWords(plan.estimatedMilliseconds)],
    ['Plan hash', neutralise(plan.planHash)],
  ];
}

function itemLines(plan: RestorePlan, width: number): string[] {
  if (plan.items.length === 0) return ['Nothing.'];
  return listLines(
    {
      headers: [
        'Action',
        'What',
        'Name',
        'Shape',
        'State after',
        'Versions',
        'Destroyed here',
        'New current version',
        'OCID',
        'OCID in the backup',
      ],
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
    item.isBroughtBack === true ? 'YES: comes back' : '',
    neutralise(item.newCurrentKeyVersion ?? ''),
    neutralise(item.id),
    item.sourceId === item.id ? '' : neutralise(item.sourceId),
  ];
}

function versionsInWords({ keyVersionsToAdd, keyVersionsPresent }: PlanItem): string {
  return [
    ...(keyVersionsToAdd === undefined ? [] : [`${keyVersionsToAdd.toLocaleString('en-US')} to add`]),
    ...((keyVersionsPresent ?? 0) === 0 ? [] : [`${(keyVersionsPresent ?? 0).toLocaleString('en-US')} here`]),
  ].join(', ');
}

/** Limits that are in the way or nearly so (rule R45); the others are no news to whoever decides. */
function limitLines({ limits }: RestorePlan, width: number): string[] {
  const tight = limits.filter(({ value, after, isExceeded }) => isExceeded || after >= value * NEARLY);
  if (tight.length === 0) return [];
  const rows = tight.map(({ name, value, used, after, isExceeded }) => [
    neutralise(name),
    ...[used, after, value].map((count) => count.toLocaleString('en-US')),
    isExceeded ? 'EXCEEDED' : 'nearly reached',
  ]);
  const headers = ['Name', 'Now', 'Afterwards', 'Limit', 'State'];
  return ['', 'Limits:', ...indented(listLines({ headers, rows }, width - 2))];
}

/** Statements that name what gets a new OCID, each with its proposed text (rule R41). */
function policyLines({ policies }: RestorePlan, width: number): string[] {
  if (policies.length === 0) return [];
  const lines = policies.flatMap(({ policyName, statement, proposedStatement, change }) => [
    ...bulletLines(`policy ${policyName}: ${statement}`, width),
    ...wrapWords(neutraliseMessage(proposalInWords(change, proposedStatement)), Math.max(20, width - 6)).map(
      (line) => `      ${line}`,
    ),
  ]);
  return [
    '',
    'Policy statements that name old OCIDs (policy apply-proposals writes the new text afterwards):',
    ...lines,
  ];
}

function proposalInWords(change: RestorePlan['policies'][number]['change'], proposed?: string): string {
  if (change === 'BY_HAND' || proposed === undefined) return 'no text is proposed: change it by hand.';
  return `${change === 'REPLACE' ? 'to be replaced by' : 'to be added'}: ${proposed}`;
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
  const [added, updated, kept] = [count('ADD'), count('UPDATE'), count('KEEP')];
  const verdict = isExecuted
    ? `This plan was executed: ${added} added, ${updated} updated, ${kept} kept as they were; nothing was deleted or overwritten.`
    : `This restore may go ahead: ${added} to add, ${updated} to update, ${kept} to keep as they are; nothing is deleted or overwritten.`;
  return wrapWords(verdict, width);
}
