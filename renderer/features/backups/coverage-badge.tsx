import { CircleAlert } from 'lucide-react';
import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import { Badge, StateBadge } from '../../components/state-badge.tsx';

/**
 * How a vault or key is covered. Its status is that of the worst of its key versions (rule R52); one that backups have in
 * part is not called never backed up.
 */
export function CoverageBadge({ row }: { readonly row: Pick<CoverageRow, 'status' | 'newestBackup'> }) {
  if (row.status !== 'NEVER_BACKED_UP' || row.newestBackup === undefined) {
    return <StateBadge state={row.status} />;
  }
  return (
    <Badge tone="bad" icon={CircleAlert}>
      Partly backed up
    </Badge>
  );
}
