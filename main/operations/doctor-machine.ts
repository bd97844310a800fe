import { access, constants, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { errnoOf } from '../../shared/domain/errno.ts';
import { findKnownModule } from '../hsm/known-modules.ts';
import type { Findings } from './doctor-findings.ts';
import type { OperationContext } from './operation-context.ts';

/** What package.json and better-sqlite3 need. */
const OLDEST_NODE = 24;

/** Where Debian and its kin keep SoftHSM's configuration, readable by the members of one group only. */
const SOFTHSM_CONFIGURATION = '/etc/softhsm/softhsm2.conf';

/** What this machine has installed, and what whoever begins on it lacks. */
export async function checkMachine({ catalog }: OperationContext, findings: Findings): Promise<void> {
  const [major] = process.versions.node.split('.').map(Number);
  if (major === undefined || major < OLDEST_NODE) {
    findings.error('this program', {
      message: `It runs on Node ${process.versions.node}; it is made for ${OLDEST_NODE} and later.`,
      next: 'Run it as the set-up does: npm run setup, then npx strongroom.',
    });
  }
  if (catalog.realm.get() === undefined) {
    findings.note('this home', {
      message: 'It has no realm yet.',
      next: 'Create one (realm create), or attach a token that is enrolled in one (region attach).',
    });
  }
  // Whoever has a region has a token that works.
  if (catalog.regions.list().length === 0) await checkTokenSoftware(findings);
}

async function checkTokenSoftware(findings: Findings): Promise<void> {
  if (findKnownModule('SoftHSM') === undefined) {
    findings.note('token software', {
      message: 'SoftHSM2, the software token that practice realm and demo use, is not installed.',
      next: 'To practise, install it (Debian and Ubuntu: sudo apt install softhsm2). A token of your own brings a PKCS#11 module: install that as its vendor says, then see its tokens (token list).',
    });
    return;
  }
  const forbidden = await forbiddenOfSoftHsm();
  if (forbidden === undefined) return;
  findings.note('token software', {
    message: `SoftHSM2 is installed, but this user may not use ${forbidden}, so it shows them no token.`,
    next: `Let them (sudo adduser ${userInfo().username} softhsm, then sign in anew), or name a configuration of your own in SOFTHSM2_CONF. The practice realm and the demo bring one.`,
  });
}

/** @returns the path that keeps this user from the tokens of the system's own configuration, or undefined. */
async function forbiddenOfSoftHsm(): Promise<string | undefined> {
  if (process.platform !== 'linux' || (process.env['SOFTHSM2_CONF'] ?? '') !== '') return undefined;
  try {
    const configuration = await readFile(SOFTHSM_CONFIGURATION, 'utf8');
    const folder = /^\s*directories\.tokendir\s*=\s*(.+?)\s*$/m.exec(configuration)?.[1];
    return folder !== undefined && (await isForbidden(folder)) ? folder : undefined;
  } catch (thrown) {
    // Where there is none, other systems keep it elsewhere: nothing to say.
    return errnoOf(thrown) === 'EACCES' ? SOFTHSM_CONFIGURATION : undefined;
  }
}

async function isForbidden(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return false;
  } catch (thrown) {
    return errnoOf(thrown) === 'EACCES';
  }
}
