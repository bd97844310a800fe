import { StrongroomError } from '../../shared/domain/errors.ts';
import { inBatches } from './batches.ts';
import type { TokenLogin } from './token-login.ts';
import type { InventoryEntry, TokenDescription, TokenSession } from './token-session.ts';

/** A session whose calls run in the module's process (rules R71, R72). @param onClose called once. */
export function tokenSessionOf(
  login: TokenLogin,
  token: TokenDescription,
  onClose: () => Promise<void>,
): TokenSession {
  let isClosed = false;

  const call: TokenLogin['call'] = (method, ...parameters) => {
    if (isClosed) return Promise.reject(sessionClosed(token.label));
    return login.call(method, ...parameters);
  };

  async function* inventory(): AsyncGenerator<InventoryEntry> {
    const { inventory: list } = await call('openInventory');
    let isAtEnd = false;
    try {
      for (;;) {
        const entries = await call('readInventory', list);
        isAtEnd = entries.length === 0;
        if (isAtEnd) return;
        yield* entries;
      }
    } finally {
      // Left early: the list need not wait for the logout.
      if (!isAtEnd) await login.closeInventory(list);
    }
  }

  return {
    token,
    get isRefused() {
      return login.isRefused;
    },
    probe: () => call('probe', new Date().toISOString()),
    createRealmKeys: (names) => call('createRealmKeys', names),
    findRealmKeys: () => call('findRealmKeys'),
    createTransportKey: (requestId) => call('createTransportKey', requestId),
    wrapRealmKeys: (publicKey, oaepHashes) => call('wrapRealmKeys', publicKey, oaepHashes),
    unwrapRealmKeys: (requestId, wrapped, expected) => call('unwrapRealmKeys', requestId, wrapped, expected),
    destroyTransportKey: (requestId) => call('destroyTransportKey', requestId),
    wrapRealmKeysForEscrow: (escrowKey) => call('wrapRealmKeysForEscrow', escrowKey),
    proveRealmKeysFromEscrow: (escrowKey, wrapped, expected) =>
      call('proveRealmKeysFromEscrow', escrowKey, wrapped, expected),
    unwrapRealmKeysFromEscrow: (escrowKey, wrapped, expected) =>
      call('unwrapRealmKeysFromEscrow', escrowKey, wrapped, expected),
    destroyRealmKeys: (expected) => call('destroyRealmKeys', expected),
    isCeremonyClosed: () => call('isCeremonyClosed'),
    closeCeremony: () => call('closeCeremony'),
    authenticate: (message) => call('authenticate', message),
    wrapProbe: () => call('wrapProbe'),
    wrapKeyVersions: (materialIds) => inBatches(materialIds, (batch) => call('wrapBatch', batch)),
    proveKeyVersions: (keys) => inBatches(keys, (batch) => call('proveBatch', batch)),
    generateKeyVersion: (materialId, keyShape, label) =>
      call('generateKeyVersion', materialId, keyShape, label),
    unwrapKeyVersions: (keys) => inBatches(keys, (batch) => call('unwrapBatch', batch)),
    inventory,
    destroyKeyVersions: async (materialIds) => {
      let destroyed = 0;
      for await (const count of inBatches(materialIds, async (batch) => [
        await call('destroyKeyVersions', batch),
      ])) {
        destroyed += count;
      }
      return destroyed;
    },
    encryptDataKey: (materialId, keyShape, dataKey) => call('encryptDataKey', materialId, keyShape, dataKey),
    decryptDataKey: (materialId, keyShape, encrypted) =>
      call('decryptDataKey', materialId, keyShape, encrypted),
    signDigest: (materialId, algorithm, digest) => call('signDigest', materialId, algorithm, digest),
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      await onClose();
    },
  };
}

function sessionClosed(label: string): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    `The session with token "${label}" was closed.`,
    'Open the token anew.',
    { reason: 'SessionClosed' },
  );
}
