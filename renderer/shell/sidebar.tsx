import {
  Archive,
  FileClock,
  FolderKey,
  Globe,
  HardDrive,
  History,
  LayoutDashboard,
  LifeBuoy,
  ListChecks,
  Rocket,
  Settings,
  Target,
  Users,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { Link } from 'react-aria-components';
import type { ScreenName } from '../screens.tsx';
import { useNavigation } from '../stores/navigation.ts';
import { formatLocation } from '../stores/screen-location.ts';

interface Item {
  readonly to: ScreenName;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Screens that lie below this one. */
  readonly holds?: readonly ScreenName[];
}

const ITEMS: readonly Item[] = [
  { to: 'overview', label: 'Overview', icon: LayoutDashboard },
  { to: 'vaults', label: 'Vaults', icon: FolderKey, holds: ['vault', 'key', 'backup'] },
  { to: 'restore', label: 'Restore', icon: History },
  { to: 'media', label: 'Copies and media', icon: Archive, holds: ['copy'] },
  { to: 'work-requests', label: 'Work requests', icon: ListChecks },
  { to: 'regions', label: 'Regions', icon: Globe, holds: ['enrolment'] },
  { to: 'recovery-kit', label: 'Recovery kit', icon: LifeBuoy },
  { to: 'drills', label: 'Drills', icon: Target },
  { to: 'access', label: 'Access', icon: Users },
  { to: 'audit', label: 'Audit log', icon: FileClock },
  { to: 'settings', label: 'Settings', icon: Settings },
];

/** What a home without a realm can do: begin, or restore from a token and a file. */
const ITEMS_WITHOUT_REALM: readonly Item[] = [
  { to: 'first-run', label: 'Get started', icon: Rocket, holds: ['enrolment'] },
  { to: 'restore', label: 'Restore', icon: History },
  { to: 'settings', label: 'Settings', icon: Settings },
];

export function Sidebar({ hasRealm }: { readonly hasRealm: boolean }) {
  const screen = useNavigation((state) => state.screen);
  const items = hasRealm ? ITEMS : ITEMS_WITHOUT_REALM;
  return (
    <nav className="sidebar" aria-label="Main">
      <div className="sidebar-name">
        <HardDrive aria-hidden className="icon" />
        <span>Strongroom</span>
      </div>
      <ul className="sidebar-list">
        {items.map(({ to, label, icon: Icon, holds }) => {
          const isCurrent = screen === to || (holds?.includes(screen) ?? false);
          return (
            <li key={to}>
              <Link
                href={formatLocation(to, {})}
                className="sidebar-link"
                data-current={isCurrent || undefined}
                {...(isCurrent ? { 'aria-current': screen === to ? 'page' : 'true' } : {})}
              >
                <Icon aria-hidden className="icon" />
                <span className="sidebar-label">{label}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
