import type { Page } from 'playwright-core';
import type { ScreenName, ScreenParams } from '../../../renderer/screens.tsx';
import { settled } from '../../support/renderer-preview.ts';
import type { ShownIds } from '../../support/shown-realm.ts';
import { RestorePage } from '../pages/restore-page.ts';

/** A state of a screen that is looked at: in pictures, and by the checks that hold for every screen. */
export interface ShownScreen {
  readonly screen: ScreenName;
  readonly params?: ScreenParams;
  /** One sentence below the picture. */
  readonly sentence: string;
  /** In a home without a realm. */
  readonly isFresh?: boolean;
  /** What has to be pressed to get there. */
  readonly arrange?: (page: Page) => Promise<void>;
}

/** One state of each screen, the one that says most; the compiler insists that none is left out. */
export function shownScreens(ids: ShownIds): readonly ShownScreen[] {
  const { vaultId, keyId, backupId } = ids;
  const each: Readonly<Record<ScreenName, Omit<ShownScreen, 'screen'>>> = {
    overview: {
      sentence:
        'Is everything restorable, right now? Coverage, risks with the button that mends each, and where the copies lie.',
    },
    'first-run': {
      isFresh: true,
      sentence: 'A home without a realm: create one, join one, rebuild one from a recovery kit, or practise.',
    },
    enrolment: {
      params: { side: 'both' },
      sentence: 'A further token joins the realm; this machine has both, so one flow does all three parts.',
    },
    vaults: { sentence: 'Every vault with its use, its state and whether its backups meet the target.' },
    vault: { params: { vaultId }, sentence: 'One vault and its keys, with what backups have of each.' },
    key: {
      params: { vaultId, keyId },
      sentence: 'One key, its versions, and the backups that have each version.',
    },
    backup: {
      params: { vaultId },
      sentence: 'What goes into a backup and what stays out, with reasons, before anything is made.',
    },
    copy: {
      params: { backupId },
      sentence: 'A backup goes to a bucket of another region, byte for byte.',
    },
    media: {
      sentence: 'Every backup and the places where its copies lie; export, import, and the catalog rebuilt.',
    },
    restore: {
      sentence:
        'The plan of a restore: what would be added, changed and skipped, before anything is written.',
      arrange: showPlan,
    },
    'work-requests': { sentence: 'What was done, what runs, and how it ended.' },
    audit: { sentence: 'Every action and every refusal, in a chain that tokens vouch for.' },
    access: {
      params: { tab: 'policies' },
      sentence: 'Operators, groups and the policies that decide every call.',
    },
    'recovery-kit': { sentence: 'What brings the realm keys back when every token is lost.' },
    drills: { sentence: 'When each vault’s newest backup was last restored in earnest.' },
    regions: { sentence: 'Each region, its token, and what that token can and cannot do.' },
    settings: { sentence: 'Theme, idle lock, and what this home is.' },
  };
  return Object.entries(each).map(([screen, shown]) => ({ screen: screen as ScreenName, ...shown }));
}

/** Tabs, parts and records of the same screens, which look otherwise. */
export function furtherScreens(ids: ShownIds): readonly ShownScreen[] {
  const { vaultId, keyId, workRequestId, kitFile } = ids;
  const of = (screen: ScreenName, ...params: readonly ScreenParams[]): ShownScreen[] =>
    params.map((one) => ({ screen, params: one, sentence: '' }));
  return [
    ...of('vaults', { tab: 'deletions' }),
    ...of('vault', { vaultId, tab: 'overview' }, { vaultId, tab: 'secrets' }, { vaultId, tab: 'backups' }),
    ...of('key', { vaultId, keyId, tab: 'overview' }, { vaultId, keyId, tab: 'backups' }),
    ...of('media', { tab: 'buckets' }, { tab: 'export' }, { tab: 'import' }, { tab: 'rebuild' }),
    ...of('work-requests', { workRequestId }),
    ...of('access', { tab: 'operators' }, { tab: 'groups' }, { tab: 'approvals' }),
    ...of(
      'recovery-kit',
      { part: 'create' },
      { part: 'confirm', kit: kitFile },
      { part: 'rehearse', kit: kitFile },
    ),
    ...of('drills', { step: 'run' }),
    ...of('regions', { part: 'attach' }),
    ...of('enrolment', {}, { side: 'ask' }, { side: 'grant' }, { side: 'accept' }),
  ];
}

/** `vault, tab overview`, for titles. */
export function nameOf({ screen, params = {} }: ShownScreen): string {
  const words = Object.entries(params).flatMap(([name, value]) =>
    /^(?:tab|part|side|step)$/.test(name) ? [`${name} ${value}`] : [],
  );
  return [screen, ...words].join(', ');
}

/** Loads a screen anew, and waits until it shows what it has to show. */
export async function openShownScreen(page: Page, url: string, shown: ShownScreen): Promise<void> {
  const query = new URLSearchParams(shown.params).toString();
  await page.goto('about:blank');
  await page.goto(`${url}#/${shown.screen}${query === '' ? '' : `?${query}`}`);
  await settled(page);
  await shown.arrange?.(page);
  await settled(page);
}

async function showPlan(page: Page): Promise<void> {
  const restore = new RestorePage(page);
  await restore.chooseFromCatalog(/Payments Vault/, /backups-fra/);
  await restore.verifyAndPlan(/eu-zurich-1/);
}
