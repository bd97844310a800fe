/**
 * Goes through a whole session in the window, from inside the program, because nothing outside could reach it without a
 * network: `electron -r whole-session.cjs FOLDER --practice`. Says on standard output what was done, as JSON, and quits.
 */
/* global document, setTimeout */
const { app } = require('electron');

app.on('web-contents-created', (_event, contents) => {
  contents.once('did-finish-load', () => {
    contents
      .executeJavaScript(`(${session.toString()})()`)
      .then(
        (done) => process.stdout.write(`${JSON.stringify(done)}\n`),
        (failure) =>
          process.stdout.write(`${JSON.stringify({ failure: String(failure?.stack ?? failure) })}\n`),
      )
      .finally(() => app.quit());
  });
});

/** Runs in the page, with what the page has. */
async function session() {
  const { call } = globalThis.strongroom;
  const inWords = (error) => new Error(JSON.stringify(error));
  const ask = (name, request = {}) => call(name, request).catch((error) => Promise.reject(inWords(error)));
  const until = async (what, look) => {
    const end = performance.now() + 40_000;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const { data: vaults } = await ask('vault.list');
  const vault = vaults.find(({ displayName }) => displayName === 'Payments Vault');
  const { data: keys } = await ask('key.list', { vaultId: vault.id });

  const screens = [];
  const show = async (screen, params = '') => {
    const before = document.querySelector('h1')?.textContent;
    globalThis.location.hash = `#/${screen}${params}`;
    const heading = await until(`the screen ${screen}`, () => {
      const shown = document.querySelector('h1')?.textContent;
      const isBusy = document.querySelector('[aria-busy="true"]') !== null;
      return shown && shown !== before && !isBusy ? shown : undefined;
    });
    screens.push(heading);
  };
  for (const screen of ['vaults', 'backup', 'copy', 'media', 'restore', 'work-requests', 'audit', 'access']) {
    await show(screen);
  }
  for (const screen of ['recovery-kit', 'drills', 'regions', 'settings', 'enrolment']) await show(screen);
  await show('vault', `?vaultId=${vault.id}`);
  await show('key', `?vaultId=${vault.id}&keyId=${keys[0].id}`);
  await show('overview');

  const { backup, copy } = await ask('vault.backup', {
    vaultId: vault.id,
    backupLocation: { destination: 'BUCKET', bucketName: 'backups-fra' },
  });
  const { objectName } = copy.place;
  const copied = await ask('object.copy', {
    bucketName: 'backups-fra',
    sourceObjectName: objectName,
    destinationRegion: 'eu-zurich-1',
    destinationBucket: 'backups-zrh',
  });
  const backupLocation = { destination: 'BUCKET', bucketName: 'backups-zrh', objectName };
  const plan = await ask('backup.plan-restore', { backupLocation, region: 'eu-zurich-1' });
  const restored = await ask('vault.restore', {
    backupLocation,
    region: 'eu-zurich-1',
    planHash: plan.planHash,
  });
  await ask('session.lock');
  return {
    screens,
    isCopied: copied.etag === backup.sha256,
    isRestored: restored.vault.restoredFromVaultId === vault.id,
  };
}
