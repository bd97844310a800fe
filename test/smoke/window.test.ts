import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackupPage } from '../e2e/pages/backup-page.ts';
import { CopiesPage } from '../e2e/pages/copies-page.ts';
import { RestorePage } from '../e2e/pages/restore-page.ts';
import { canInstall, COMMAND, ensureInstalled, Officer, WHERE } from './support/installed-package.ts';
import { InstalledWindow, processesOf, Screen } from './support/installed-window.ts';

/** The installed window on a screen, as a user without any right, with the browser's sandbox on. */
describe.skipIf(!canInstall)(`the installed window (${WHERE})`, { timeout: 120_000 }, () => {
  let officer: Officer;
  let screen: Screen;
  let window: InstalledWindow;

  beforeAll(async () => {
    ensureInstalled();
    officer = new Officer();
    screen = await Screen.start();
    window = await InstalledWindow.open(officer, screen);
  });

  afterAll(async () => {
    window.process.kill('SIGKILL');
    await screen[Symbol.asyncDispose]();
  });

  const practiceFolder = (): string => join(officer.home, '.local/share/strongroom-practice');

  it('begins with the first run, and opens a practice realm with two regions', async () => {
    const journey = new CopiesPage(window.page);
    await window.page.getByRole('heading', { level: 1, name: 'Get started' }).waitFor();
    await journey.choose('How do you want to begin?', /Open a practice realm/);
    await journey.press('Open the practice realm');
    await window.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 90_000 });
    expect(readdirSync(practiceFolder())).toContain('practice-realm-is-ready.txt');
  });

  it('confines its pages: each in a namespace of its own and behind a filter of system calls', () => {
    const processes = processesOf(officer.userId);
    const own = readlinkSync(`/proc/${String(process.pid)}/ns/user`);
    expect(processes.filter(({ command }) => command.includes('--no-sandbox'))).toEqual([]);
    const pages = processes.filter(({ command }) => command.includes('--type=renderer '));
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) {
      expect(page.userNamespace).not.toBe(own);
      expect(page.seccomp).toBe(2);
    }
  });

  it('backs a vault up', async () => {
    const page = new BackupPage(window.page);
    await page.open();
    await page.table('Vaults').open('People Vault');
    await page.contents.row('Payroll').waitFor();
    await page.press('Continue');
    await page.step('Destination');
    await new CopiesPage(window.page).select('Bucket', /backups-fra/);
    await page.press('Continue');
    await page.step('Review');
    await page.press('Back up now');
    await page.result('The vault People Vault was backed up, and the backup verified.');
  });

  it('copies the backup to the other region', async () => {
    const page = new CopiesPage(window.page);
    await page.open('copy', 'Copy to another region');
    await page.table('Backups to choose from').open(/The vault People Vault/);
    await window.page.getByText('has no copy of it.').waitFor();
    await page.press('Continue');
    await page.choose('Region', /ZRH/);
    await page.select('Bucket', /backups-zrh/);
    await page.press('Continue');
    await page.step('Review');
    await page.press('Copy now');
    await page.result('The backup was copied to eu-zurich-1 and verified byte for byte.');
  });

  it('restores it there', async () => {
    const page = new RestorePage(window.page);
    await page.open();
    await page.chooseFromCatalog(/People Vault/, /Bucket backups-zrh/);
    await page.verifyAndPlan(/ZRH/);
    expect((await page.plan.cells(/key Payroll/)).join(' ')).toContain('1 to add');
    await page.confirm();
    await page.press('Restore now');
    await page.result('The vault People Vault was restored into eu-zurich-1.');
  });

  it('is found by the command: a sealed backup that is opened goes to the window that is open', async () => {
    const bucket = join(practiceFolder(), 'bucket-fra');
    const name = readdirSync(bucket).find((each) => each.startsWith('vault-backup')) ?? '';
    const outcome = await officer.run(COMMAND, [join(bucket, name)], { DISPLAY: screen.display });
    expect(outcome.exitCode).toBe(0);
    const page = new RestorePage(window.page);
    await page.step('Inspect');
    await expect.poll(() => page.text()).toContain(name);
  });

  it('ends when its window is closed, and leaves no process behind', async () => {
    expect(await window.close()).toBe(0);
    await expect
      .poll(() => processesOf(officer.userId).map(({ command }) => command), { timeout: 10_000 })
      .toEqual([]);
  });
});
