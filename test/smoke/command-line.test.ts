import { writeFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  canInstall,
  COMMAND,
  ensureInstalled,
  Officer,
  PROGRAM,
  WHERE,
} from './support/installed-package.ts';

/** The installed command as a user without a display and without any right has it. */
describe.skipIf(!canInstall)(`the installed command line (${WHERE})`, { timeout: 120_000 }, () => {
  let officer: Officer;
  let folder: string;
  let input: string;
  let content: Buffer;

  beforeAll(async () => {
    ensureInstalled();
    officer = new Officer();
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-smoke-'));
    chmodSync(folder, 0o755);
    input = join(folder, 'input.bin');
    content = randomBytes(300_000);
    await writeFile(input, content);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('does the whole main job on two real tokens', async () => {
    const outcome = await officer.strongroom('demo', 'run', '--input', input, '--output', 'json');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    const result = JSON.parse(outcome.stdout) as Record<string, unknown>;
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(result).toMatchObject({
      ok: true,
      input: { sha256 },
      decrypted: [{ sha256 }, { sha256 }],
      signatureVerified: true,
    });
  });

  it('tells a wrong command, and leaves 2 as its exit code', async () => {
    const { exitCode, stdout, stderr } = await officer.strongroom('vault', 'explode');
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain('explode');
  });

  it('is as long as its words: what looks like a switch of the browser is none', async () => {
    const { exitCode, stderr, stdout } = await officer.strongroom(
      'vault',
      'list',
      '--remote-debugging-port=0',
    );
    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain('--remote-debugging-port');
    expect(stderr).not.toContain('DevTools listening');
  });

  it('helps, and names its version', async () => {
    const help = await officer.strongroom('--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('restore');
    expect((await officer.strongroom('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('says on a fresh installation what is missing and how to get it', async () => {
    const findings = async (environment?: Record<string, string>): Promise<string> => {
      const outcome = await officer.run(COMMAND, ['doctor', 'run', '--output', 'json'], environment);
      expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
      const answer = JSON.parse(outcome.stdout) as { findings: { message: string; next: string }[] };
      return answer.findings.map(({ message, next }) => `${message} ${next}`).join('\n');
    };
    const installed = await findings();
    expect(installed).toContain('realm create');
    expect(installed).toMatch(/this user may not use .*softhsm/);
    expect(installed).toContain('sudo adduser strongroom-smoke softhsm');
    expect(await findings({ STRONGROOM_SOFTHSM_MODULE: join(folder, 'none.so') })).toContain(
      'sudo apt install softhsm2',
    );
  });

  it('is what was packaged, whatever the environment asks of Node', async () => {
    const evil = join(folder, 'evil.cjs');
    await writeFile(evil, "process.stdout.write('EVIL');");
    const seen = await officer.run(COMMAND, ['--version'], { NODE_OPTIONS: `--require ${evil}` });
    expect(seen.stdout).not.toContain('EVIL');
    const asNode = await officer.run(PROGRAM, ['--command-line', '--', evil], { ELECTRON_RUN_AS_NODE: '1' });
    expect(asNode.stdout).not.toContain('EVIL');
    expect(asNode.exitCode).toBe(2);
  });
});
