import {
  Ban,
  CalendarClock,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleOff,
  CircleX,
  Clock,
  Copy,
  HardDriveDownload,
  Hourglass,
  LoaderCircle,
  ShieldX,
  Trash2,
  TriangleAlert,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ApprovalState } from '../../shared/domain/approval.ts';
import type { AuditOutcome } from '../../shared/domain/audit.ts';
import type { CoverageStatus } from '../../shared/domain/coverage.ts';
import type { KeyState, VaultState } from '../../shared/domain/lifecycle.ts';
import type { WorkRequestStatus } from '../../shared/domain/work-request.ts';
import { constantInWords } from './words.ts';

type BadgeTone = 'good' | 'busy' | 'quiet' | 'warning' | 'bad';
type Look = readonly [LucideIcon, BadgeTone, string?];

/** Every state has an icon of its own and its words: colour alone tells nothing. */
const LOOKS: Readonly<
  Record<VaultState | KeyState | WorkRequestStatus | CoverageStatus | AuditOutcome | ApprovalState, Look>
> = {
  CREATING: [LoaderCircle, 'busy'],
  ACTIVE: [CircleCheck, 'good'],
  ENABLING: [LoaderCircle, 'busy'],
  ENABLED: [CircleCheck, 'good'],
  DISABLING: [LoaderCircle, 'busy'],
  DISABLED: [CircleOff, 'quiet'],
  UPDATING: [LoaderCircle, 'busy'],
  BACKUP_IN_PROGRESS: [HardDriveDownload, 'busy', 'Being backed up'],
  RESTORING: [LoaderCircle, 'busy', 'Being restored'],
  SCHEDULING_DELETION: [CalendarClock, 'warning'],
  PENDING_DELETION: [CalendarClock, 'warning', 'Deletion scheduled'],
  CANCELLING_DELETION: [LoaderCircle, 'busy'],
  DELETING: [Trash2, 'bad'],
  DELETED: [Trash2, 'bad'],
  ACCEPTED: [Clock, 'busy'],
  IN_PROGRESS: [LoaderCircle, 'busy'],
  SUCCEEDED: [CircleCheck, 'good'],
  FAILED: [CircleX, 'bad'],
  CANCELING: [Ban, 'warning', 'Being cancelled'],
  CANCELED: [Ban, 'quiet', 'Cancelled'],
  COVERED: [CircleCheck, 'good'],
  TOO_FEW_COPIES: [Copy, 'warning'],
  TOO_OLD: [Clock, 'warning'],
  NEVER_BACKED_UP: [CircleAlert, 'bad'],
  CANNOT_BE_BACKED_UP: [CircleDashed, 'quiet'],
  BEGUN: [Clock, 'quiet'],
  REFUSED: [ShieldX, 'warning'],
  INTERRUPTED: [CircleAlert, 'warning'],
  REQUESTED: [Hourglass, 'busy', 'Waiting'],
  GRANTED: [CircleCheck, 'good', 'Approved'],
  DENIED: [Ban, 'bad'],
  USED: [CircleCheck, 'quiet'],
  EXPIRED: [Clock, 'quiet'],
};

/** A lifecycle state, a status of a work request or of coverage, an outcome or an approval's state, with icon and words. */
export function StateBadge({ state }: { readonly state: string }) {
  const looks: Readonly<Record<string, Look>> = LOOKS;
  const [icon, tone, words] = (Object.hasOwn(looks, state) ? looks[state] : undefined) ?? [
    CircleDashed,
    'quiet',
  ];
  return (
    <Badge icon={icon} tone={tone}>
      {words ?? constantInWords(state)}
    </Badge>
  );
}

const TONE_ICONS = {
  good: CircleCheck,
  busy: LoaderCircle,
  quiet: CircleDashed,
  warning: TriangleAlert,
  bad: CircleX,
} as const;

export interface BadgeProps {
  readonly tone?: BadgeTone;
  readonly icon?: LucideIcon;
  readonly children: string;
}

export function Badge({ tone = 'quiet', icon, children }: BadgeProps) {
  const Icon = icon ?? TONE_ICONS[tone];
  return (
    <span className="badge" data-tone={tone}>
      <Icon aria-hidden className="icon" />
      {children}
    </span>
  );
}
