import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleFiles } from '../../../main/window/bundle-files.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe('the files of the bundle', () => {
  let folder: string;
  let files: BundleFiles;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'strongroom-bundle-'));
    mkdirSync(join(folder, 'renderer/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.html'), 'secret');
    writeFileSync(join(folder, 'renderer/index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'renderer/assets/index-1.js'), 'go()');
    writeFileSync(join(folder, 'renderer/assets/index-1.css'), 'body {}');
    writeFileSync(join(folder, 'renderer/assets/index-1.js.map'), '{}');
    symlinkSync(join(folder, 'secret.html'), join(folder, 'renderer/link.html'));
    files = await BundleFiles.of(join(folder, 'renderer'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/index.html?x=1#vaults', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/assets/index-1.js', 'text/javascript; charset=utf-8', 'go()'],
    ['/assets/index-1.css', 'text/css; charset=utf-8', 'body {}'],
  ])('are served: %s', async (path, contentType, text) => {
    const answer = await files.answer({ method: 'GET', url: `app://bundle${path}` });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toBe(contentType);
    expect(await answer.text()).toBe(text);
  });

  it.each([
    ['GET', 'app://bundle/'],
    ['GET', 'app://bundle/assets'],
    ['GET', 'app://bundle/nothing.html'],
    ['GET', 'app://bundle/../secret.html'],
    ['GET', 'app://bundle/assets/../../secret.html'],
    ['GET', 'app://bundle/%2e%2e/secret.html'],
    ['GET', 'app://bundle/..%2fsecret.html'],
    ['GET', 'app://bundle/assets/..%5c..%5csecret.html'],
    ['GET', 'app://bundle//etc/passwd'],
    ['GET', 'app://bundle/index.html%00.js'],
    ['GET', 'app://bundle/INDEX.HTML'],
    ['GET', 'app://bundle/link.html'],
    ['GET', 'app://bundle/assets/index-1.js.map'],
    ['GET', 'app://bundle/constructor'],
    ['GET', 'app://other/index.html'],
    ['GET', 'app://bundle:1/index.html'],
    ['GET', 'app://user@bundle/index.html'],
    ['GET', 'app://user:word@bundle/index.html'],
    ['GET', 'https://bundle/index.html'],
    ['GET', 'file:///etc/passwd'],
    ['GET', 'not a URL'],
    ['POST', 'app://bundle/index.html'],
  ])('are all that is served: not %s %s', async (method, url) => {
    const answer = await files.answer({ method, url });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  it('come with the same headers, and so do refusals', async () => {
    for (const path of ['/index.html', '/assets/index-1.js', '/nothing']) {
      const { headers } = await files.answer({ method: 'GET', url: `app://bundle${path}` });
      expect(headers.get('Content-Security-Policy')).toBe(POLICY);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    }
  });

  it('are those that were there at the start: one that is gone since is refused like any other', async () => {
    rmSync(join(folder, 'renderer/assets/index-1.js'));
    writeFileSync(join(folder, 'renderer/new.html'), 'new');
    for (const path of ['/assets/index-1.js', '/new.html']) {
      expect((await files.answer({ method: 'GET', url: `app://bundle${path}` })).status).toBe(404);
    }
  });
});
