import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import type { ScheduledDeletion } from '../../../shared/domain/deletion.ts';
import type { RecoveryKit } from '../../../shared/domain/recovery-kit.ts';
import { countOf } from '../../components/words.ts';
import type { ScreenName, ScreenParams } from '../../screens.tsx';

/** Something that stands between the officer and a restore, and the button that mends it. */
export interface Risk {
  readonly id: string;
  readonly tone: 'error' | 'warning' | 'info';
  readonly title: string;
  readonly text: string;
  readonly button: { readonly label: string; readonly to: ScreenName; readonly params?: ScreenParams };
}

/** What the overview has learned; undefined where the operator may not see it, or it is not known yet. */
export interface Known {
  readonly provenTokenCount: number | undefined;
  readonly rows: readonly CoverageRow[] | undefined;
  readonly kits: readonly RecoveryKit[] | undefined;
  readonly deletions: readonly ScheduledDeletion[] | undefined;
  readonly waitingApprovalCount: number | undefined;
}

/** Vaults that are named one by one; the rest are counted. */
const MOST_NAMED = 5;

/** Risks in order of urgency: what would be lost now, then what is late, then what waits for somebody. */
export function risksOf(known: Known): readonly Risk[] {
  return [
    ...tokenRisks(known.provenTokenCount),
    ...coverageRisks(known.rows ?? []),
    ...deletionRisks(known.deletions ?? []),
    ...kitRisks(known.kits),
    ...approvalRisks(known.waitingApprovalCount ?? 0),
  ];
}

function tokenRisks(count: number | undefined): readonly Risk[] {
  if (count === undefined || count > 1) return [];
  return [
    {
      id: 'one-token',
      tone: 'error',
      title: 'The realm keys are on one token only',
      text: 'If that token is lost, every backup is lost with it. A second token makes the realm outlive it.',
      button: { label: 'Enrol a second token', to: 'enrolment' },
    },
  ];
}

function coverageRisks(rows: readonly CoverageRow[]): readonly Risk[] {
  const late = (status: CoverageRow['status']): readonly CoverageRow[] => {
    const found = rows.filter((row) => row.status === status);
    // A vault's own row says it for its keys; a key is named only where its vault is well.
    const vaults = new Set(found.filter((row) => row.level === 'VAULT').map((row) => row.id));
    return found.filter((row) => row.level === 'VAULT' || !vaults.has(row.vaultId));
  };
  return [
    ...late('NEVER_BACKED_UP').map((row): Risk => ({
      id: `never-${row.id}`,
      tone: 'error',
      ...neverInWords(row),
      button: backUp(row),
    })),
    ...late('TOO_OLD').map((row): Risk => ({
      id: `old-${row.id}`,
      tone: 'warning',
      ...oldInWords(row),
      button: backUp(row),
    })),
    ...late('TOO_FEW_COPIES').map((row): Risk => ({
      id: `copies-${row.id}`,
      tone: 'warning',
      title: `${row.displayName} has too few copies of its backup`,
      text: `The target is ${countOf(row.target.minimumCopies, 'verified copy', 'verified copies')} in the buckets of ${countOf(row.target.minimumRegions, 'region')}.`,
      button: {
        label: 'Copy it',
        to: 'copy',
        ...(row.newestBackup === undefined ? {} : { params: { backupId: row.newestBackup.id } }),
      },
    })),
  ].flatMap((risk, index, all) => (index < MOST_NAMED ? [risk] : index === MOST_NAMED ? [rest(all)] : []));
}

function rest(all: readonly Risk[]): Risk {
  const left = all.slice(MOST_NAMED);
  return {
    id: 'more-coverage',
    tone: left.some((risk) => risk.tone === 'error') ? 'error' : 'warning',
    title: `${countOf(left.length, 'more vault or key', 'more vaults and keys')} below the target`,
    text: 'The table below lists them all.',
    button: { label: 'Show the vaults', to: 'vaults' },
  };
}

function wordOf(row: CoverageRow): string {
  return row.level === 'VAULT' ? 'The vault' : 'The key';
}

function backUp(row: CoverageRow): Risk['button'] {
  return {
    label: 'Back up',
    to: 'backup',
    params: row.level === 'VAULT' ? { vaultId: row.vaultId } : { vaultId: row.vaultId, keyId: row.id },
  };
}

/** A vault that was backed up may have got keys since; of a key, versions. */
function neverInWords(row: CoverageRow): Pick<Risk, 'title' | 'text'> {
  if (row.newestBackup === undefined && row.coveredKeyVersionCount === 0) {
    return {
      title: `${wordOf(row)} ${row.displayName} was never backed up`,
      text: 'If it is lost, everything that it encrypted is lost.',
    };
  }
  return {
    title: `${wordOf(row)} ${row.displayName} has key versions that are in no backup`,
    text: 'If they are lost, everything that they encrypted is lost.',
  };
}

/** The newest backup of a vault may be young enough, and some of its key versions not in it. */
function oldInWords(row: CoverageRow): Pick<Risk, 'title' | 'text'> {
  const target = `the target is ${countOf(row.target.maximumAgeHours, 'hour')}.`;
  const age = row.newestBackup?.ageHours ?? 0;
  if (age < row.target.maximumAgeHours) {
    return {
      title: `${wordOf(row)} ${row.displayName} has key versions whose backups are too old`,
      text: `Its newest backup does not have them; ${target}`,
    };
  }
  return {
    title: `The newest backup of ${row.displayName} is too old`,
    text: `It is ${ageInWords(age)} old; ${target}`,
  };
}

function ageInWords(hours: number): string {
  return hours < 48 ? countOf(hours, 'hour') : countOf(Math.floor(hours / 24), 'day');
}

function deletionRisks(deletions: readonly ScheduledDeletion[]): readonly Risk[] {
  const due = deletions.filter((deletion) => deletion.isDue).length;
  const button = { label: 'Look at them', to: 'vaults' } as const;
  if (due > 0) {
    return [
      {
        id: 'due-deletions',
        tone: 'warning',
        title: `${countOf(due, 'deletion is', 'deletions are')} due`,
        text: 'What is due is destroyed when somebody confirms it, and can be cancelled until then.',
        button,
      },
    ];
  }
  if (deletions.length === 0) return [];
  return [
    {
      id: 'scheduled-deletions',
      tone: 'info',
      title: `${countOf(deletions.length, 'deletion is', 'deletions are')} scheduled`,
      text: 'They can be cancelled until they are carried out.',
      button,
    },
  ];
}

function kitRisks(kits: readonly RecoveryKit[] | undefined): readonly Risk[] {
  if (kits === undefined) return [];
  const button = { label: 'Recovery kit', to: 'recovery-kit' } as const;
  if (kits.every((kit) => kit.timeConfirmed === undefined)) {
    return [
      {
        id: 'no-kit',
        tone: 'warning',
        title:
          kits.length === 0
            ? 'There is no recovery kit'
            : 'No recovery kit has been read back by all of its custodians',
        text: 'Should every token be lost, only a recovery kit brings the realm keys back.',
        button,
      },
    ];
  }
  if (kits.some((kit) => kit.timeRehearsed !== undefined)) return [];
  return [
    {
      id: 'kit-not-rehearsed',
      tone: 'info',
      title: 'The recovery kit was never rehearsed',
      text: 'A rehearsal rebuilds the realm keys on a scratch token and shows that the shares work.',
      button,
    },
  ];
}

function approvalRisks(count: number): readonly Risk[] {
  if (count === 0) return [];
  return [
    {
      id: 'approvals',
      tone: 'info',
      title: `${countOf(count, 'request waits', 'requests wait')} for a second operator`,
      text: 'Read the plan, then approve or deny it.',
      button: { label: 'Look at them', to: 'access', params: { tab: 'approvals' } },
    },
  ];
}
