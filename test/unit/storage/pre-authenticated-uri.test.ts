import { describe, expect, it } from 'vitest';
import { parsePreAuthenticatedUri } from '../../../main/storage/pre-authenticated-uri.ts';
import { errorOf } from '../../support/error-of.ts';

const TOKEN = 'hT7wKc9ZrY2uLmQe5Dv8Xn3Ba6Sg1Jf4';
const REFERENCE = `https://objectstorage.eu-frankfurt-1.oraclecloud.com/p/${TOKEN}/n/acme/b/backups/o`;

describe('the URL of a pre-authenticated request', () => {
  it.each([
    [`${REFERENCE}/payments.backup`, '/…/payments.backup'],
    [`${REFERENCE}/vault-backup-20261124T101500Z.backup`, '/…/vault-backup-20261124T101500Z.backup'],
    ['https://acme.blob.example/backups/payments.backup?sv=2026-01-01&sig=' + TOKEN, '/…/payments.backup'],
    // The name is the secret, or may be.
    [`https://files.example/${TOKEN}`, '/…'],
    [`https://files.example/backups/${TOKEN}`, '/…'],
    [`${REFERENCE}/${TOKEN.toLowerCase()}`, '/…'],
    [`${REFERENCE}/550e8400-e29b-41d4-a716-446655440000`, '/…'],
    [`${REFERENCE}/c2VjcmV0-dG9rZW4_b64`, '/…'],
    ['https://files.example/drop/correcthorsebattery', '/…'],
    [`${REFERENCE}/%70ayments`, '/…'],
  ])('rule R74: is shown without its secret: %s', (uri, shown) => {
    const { description, objectName, host } = parsePreAuthenticatedUri(uri);
    expect(description).toBe(`https://${host}${shown}`);
    expect(objectName).toBe(shown === '/…' ? 'object' : shown.slice(3));
    expect(description).not.toContain(TOKEN);
  });

  it('rule R74: is told from others by its hash', () => {
    const [one, another] = ['a.backup', 'b.backup'].map((name) =>
      parsePreAuthenticatedUri(`${REFERENCE}/${name}`),
    );
    expect(one?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(another?.sha256).not.toBe(one?.sha256);
  });

  it.each([
    ['http', `http://a.example/${TOKEN}/object`, 'https://'],
    ['another scheme', `file:///${TOKEN}/object`, 'https://'],
    ['no host', `https:///${TOKEN} /object`, 'https://'],
    ['a space', ` https://a.example/${TOKEN}/object`, 'https://'],
    ['a line break', `https://a.example/${TOKEN}/object\nHost: b`, 'https://'],
    ['letters beyond ASCII', `https://a.example/${TOKEN}/öbject`, 'https://'],
    ['a user name', `https://${TOKEN}@a.example/object`, 'user name'],
    ['a password', `https://user:${TOKEN}@a.example/object`, 'user name'],
    ['a fragment', `https://a.example/object#${TOKEN}`, '#'],
    ['no object', `https://a.example/p/${TOKEN}/o/`, 'slash'],
    ['too much', `https://a.example/${TOKEN}/${'a'.repeat(4096)}`, ''],
  ])('rule R74: is refused with %s, and not repeated', (_what, uri, words) => {
    const refused = errorOf(() => parsePreAuthenticatedUri(uri));
    expect(refused).toMatchObject({ code: 'InvalidParameter', reason: 'UriInvalid' });
    expect(refused.message).toContain(words);
    expect(JSON.stringify(refused.toDocument())).not.toContain(TOKEN);
  });
});
