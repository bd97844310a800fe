import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePractisedToken } from '../../support/practised-token.ts';
import type { PractisedToken } from '../../support/practised-token.ts';
import type { SessionProgram } from '../../support/session-program.ts';

const support = fileURLToPath(new URL('../../support/', import.meta.url));

let token: PractisedToken;
let pin = '';
beforeAll(async () => {
  token = await makePractisedToken(0);
  pin = readFileSync(token.pin.path, 'utf8').trim();
}, 30_000);
afterAll(async () => {
  await token.remove();
});

type Step = { readonly expect: string } & (
  { readonly send: string } | { readonly signal: string; readonly to: 'group' | 'child' }
);

interface Seen {
  readonly shown: string;
  readonly echoAtSteps: readonly boolean[];
  readonly echoesAtEnd: boolean;
  readonly exitCode: number | null;
}

/** A program that opens a session, on a real pseudo-terminal, with somebody at its keyboard. */
async function onTerminal(...steps: readonly Step[]): Promise<Seen> {
  return await onTerminalOf(token.faulty(), steps);
}

async function onTerminalOf(environment: Record<string, string>, steps: readonly Step[]): Promise<Seen> {
  const program: SessionProgram = {
    reference: token.shimReference,
    pin: { kind: 'terminal', prompt: 'PIN of token FRA:' },
  };
  const { stdout } = await promisify(execFile)(
    'python3',
    [
      `${support}pseudo-terminal.py`,
      JSON.stringify(steps),
      process.execPath,
      `${support}session-program.ts`,
      JSON.stringify(program),
    ],
    { env: { ...process.env, ...environment } },
  );
  return JSON.parse(stdout) as Seen;
}

describe('a PIN asked for on the terminal (rule R71)', () => {
  it('is taken without echo, and the echo is back afterwards', async () => {
    const seen = await onTerminal({ expect: 'PIN of token FRA:', send: `1\x7f${pin}\r` });
    expect(seen).toMatchObject({ echoAtSteps: [false], echoesAtEnd: true, exitCode: 0 });
    expect(seen.shown).toContain('opened FRA');
    expect(seen.shown).not.toContain(pin);
    // What the module prints for itself reaches nobody.
    expect(seen.shown).not.toContain('fault shim');
  });

  it('Ctrl-C cancels the question, not the program', async () => {
    const seen = await onTerminal({ expect: 'PIN of token FRA:', send: '12\x03' });
    expect(seen).toMatchObject({ echoAtSteps: [false], echoesAtEnd: true, exitCode: 0 });
    expect(seen.shown).toContain('refused PinEntryCancelled');
  });

  it('the echo is back after SIGTERM to the process that asks, and after the end of the program', async () => {
    const toChild = await onTerminal({ expect: 'PIN of token FRA:', signal: 'SIGTERM', to: 'child' });
    expect(toChild).toMatchObject({ echoAtSteps: [false], echoesAtEnd: true, exitCode: 0 });
    expect(toChild.shown).toContain('refused ModuleCrashed');
    const toGroup = await onTerminal({ expect: 'PIN of token FRA:', signal: 'SIGINT', to: 'group' });
    expect(toGroup).toMatchObject({ echoAtSteps: [false], echoesAtEnd: true });
  });

  it('the last try needs the label typed, and a PIN that was wrong before is said', async () => {
    // CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY, which the shim shows as SoftHSM never does.
    const finalTry = { ...token.faulty(), FAULT_FLAGS: '0x30000' };
    const confirmed = await onTerminalOf(finalTry, [
      { expect: 'type its label:', send: 'FRA\r' },
      { expect: 'wrong PIN was entered', send: `${pin}\r` },
    ]);
    expect(confirmed.shown).toContain('opened FRA');
    const declined = await onTerminalOf(finalTry, [{ expect: 'type its label:', send: 'yes\r' }]);
    expect(declined.shown).toContain('refused PinFinalTry');
  });

  it('the last try is never spent from a PIN file', async () => {
    const program = JSON.stringify({
      reference: token.shimReference,
      pin: token.pin,
    } satisfies SessionProgram);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [`${support}session-program.ts`, program],
      {
        env: { ...process.env, ...token.faulty(), FAULT_FLAGS: '0x30000' },
      },
    );
    expect(stdout).toContain('refused PinFinalTry');
  });

  it('without a terminal the person is told to name a PIN file', async () => {
    const program = JSON.stringify({
      reference: token.shimReference,
      pin: { kind: 'terminal', prompt: 'PIN of token FRA:' },
    } satisfies SessionProgram);
    const { stdout } = await promisify(execFile)(
      'setsid',
      ['-w', process.execPath, `${support}session-program.ts`, program],
      { env: { ...process.env, ...token.faulty() } },
    );
    expect(stdout).toBe('refused NoTerminal --pin-file\n');
  });
});
