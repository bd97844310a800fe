import { stat } from 'node:fs/promises';
import type { Region } from '../../shared/domain/realm.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import { counted, someOf } from './doctor-findings.ts';
import type { Findings } from './doctor-findings.ts';
import type { OperationContext } from './operation-context.ts';

/** Whether each region's token is there and is the one that is bound, as far as that shows without a PIN. */
export async function checkRegions(context: OperationContext, findings: Findings): Promise<void> {
  const regions = context.catalog.regions.list();
  for (const region of regions) {
    findings.checked.regions += 1;
    await findings.attempt(`region ${region.regionId}`, () => checkToken(context, findings, region));
  }
  const [only] = regions;
  if (only !== undefined && regions.length === 1 && !context.catalog.recoveryKits.hasConfirmed()) {
    findings.warning('realm', {
      message: `The realm keys are proven to exist on 1 token only, that of ${only.regionId}: if it is lost, every backup is lost.`,
      next: 'Enrol a second token (region enrol-request), or make a recovery kit (recovery-kit create).',
    });
  }
}

async function checkToken(context: OperationContext, findings: Findings, region: Region): Promise<void> {
  const subject = `region ${region.regionId}`;
  const { modulePath, moduleParameters, tokenLabel, tokenSerial } = region.token;
  const isThere = await stat(modulePath).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) {
    findings.error(subject, {
      message: `Its PKCS#11 module ${modulePath} is not on this machine.`,
      next: 'Install the module, or bind the region to a token of another (region attach).',
    });
    return;
  }
  const tokens = await context.tokens.listTokens({
    modulePath,
    ...(moduleParameters === undefined ? {} : { moduleParameters }),
  });
  const labelled = tokens.filter((token) => token.label === tokenLabel);
  const token = labelled.find((other) => tokenSerial === undefined || other.serial === tokenSerial);
  if (token === undefined) {
    findings.error(subject, {
      message:
        labelled.length === 0
          ? `Its token ${tokenLabel} is not there.`
          : `The token ${tokenLabel} that is there has another serial number than ${tokenSerial ?? ''}.`,
      next:
        labelled.length === 0
          ? 'Insert the token; if it is lost, enrol another (region enrol-request) and restore to it.'
          : 'If the token was replaced, bind the region again (region attach): the realm keys’ check values decide.',
    });
    return;
  }
  if (!token.isInitialised || !token.isUserPinSet) {
    findings.error(subject, {
      message: `Its token ${tokenLabel} is not initialised: whatever it held is gone.`,
      next: 'Initialise it, enrol it again (region enrol-request), and restore the newest backup.',
    });
  } else if (token.isPinLocked) {
    findings.error(subject, {
      message: `The PIN of its token ${tokenLabel} is locked.`,
      next: 'Unlock it with the security officer’s PIN, in the vendor’s tool.',
    });
  } else if (token.isPinFinalTry || token.isPinCountLow) {
    findings.warning(subject, {
      message: `A wrong PIN was entered at its token ${tokenLabel}${token.isPinFinalTry ? ': one more locks it' : ''}.`,
      next: 'Find out who did. Log in with the right PIN, which takes the count back.',
    });
  }
}

/** Logs in to a region's token: realm keys, and every key version's object against the catalog. */
export async function checkInventory(
  context: OperationContext,
  findings: Findings,
  regionId: string,
): Promise<void> {
  const subject = `region ${regionId}`;
  await findings.attempt(subject, async () => {
    const waiting = context.catalog.tokenOrphans.listOf(regionId).length;
    if (waiting > 0) {
      findings.note(subject, {
        message: `${counted(waiting, 'object')} that interrupted work left on its token ${waiting === 1 ? 'was' : 'were'} waiting for this login.`,
        next: 'Nothing: what no running work needs has just been destroyed.',
      });
    }
    // Proves the realm keys by their check values.
    const session = await context.openRegion(regionId);
    await compareInventory(context, findings, regionId, session);
  });
}

async function compareInventory(
  context: OperationContext,
  findings: Findings,
  regionId: string,
  session: TokenSession,
): Promise<void> {
  const { catalog } = context;
  const onToken = new Set<string>();
  for await (const { materialId } of session.inventory()) onToken.add(materialId);
  // What the catalog does not account for remains.
  const strangers = new Set(onToken);
  for (const { materialId } of catalog.tokenOrphans.listOf(regionId)) strangers.delete(materialId);
  for (const { materialId } of catalog.softwareKeyProtectors.iterate({ region: regionId })) {
    strangers.delete(materialId);
    if (!onToken.has(materialId)) {
      findings.error(`region ${regionId}`, {
        message: `Its token lacks the key ${materialId} that the values of SOFTWARE keys are encrypted under.`,
        next: 'Bring back the token that has it: SOFTWARE keys are in no backup.',
      });
    }
  }
  for (const vault of catalog.vaults.iterate({ region: regionId })) {
    for (const key of catalog.keys.iterateOfVault(vault.id, { protectionMode: 'HSM' })) {
      compareKey(context, findings, key, onToken, strangers);
    }
  }
  if (strangers.size > 0) {
    findings.warning(`region ${regionId}`, {
      message: `Its token has ${counted(strangers.size, 'key')} that this catalog does not know: ${someOf([...strangers])}.`,
      next: 'If another home uses this token too, they are its keys. Else they may be what is left of a catalog that was lost: restore the newest backup of each vault, which takes them in.',
    });
  }
}

function compareKey(
  { catalog }: OperationContext,
  findings: Findings,
  key: KeyRecord,
  onToken: ReadonlySet<string>,
  strangers: Set<string>,
): void {
  const missing: string[] = [];
  for (const version of catalog.keyVersions.iterateOfKey(key.id)) {
    if (version.lifecycleState === 'CREATING' || version.lifecycleState === 'DELETING') {
      strangers.delete(version.materialId);
    } else if (version.lifecycleState !== 'DELETED') {
      findings.checked.keyVersions += 1;
      strangers.delete(version.materialId);
      if (!onToken.has(version.materialId)) missing.push(version.materialId);
    }
  }
  const [first] = missing;
  if (first === undefined) return;
  const backup = catalog.backups.listCovering(first)[0];
  findings.error(`key ${key.displayName} (${key.id})`, {
    message: `The token lacks ${counted(missing.length, 'version')} of it: ${someOf(missing)}.`,
    next:
      backup === undefined
        ? 'No backup in this catalog has it. Look for the token that held it, or for a backup elsewhere (backup rebuild-catalog).'
        : `Restore it from backup ${backup.id} of ${backup.timeCreated} (backup get shows where it lies).`,
  });
}
