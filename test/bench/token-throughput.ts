import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tokens } from '../../main/hsm/tokens.ts';
import type { WrappedKeyDetails, WrappedKeyVersion } from '../../main/hsm/token-session.ts';
import { collect } from '../support/collect.ts';
import { buildForTests } from '../support/fault-module.ts';
import { makePractisedToken } from '../support/practised-token.ts';

/**
 * What the token's process costs: a stream of wraps and one of proofs through TokenSession, against a C loop that calls
 * the same SoftHSM for the same keys. Run: node test/bench/token-throughput.ts [KEYS [ROUNDS]]
 */
const keys = Number(process.argv[2] ?? 2000);
const rounds = Number(process.argv[3] ?? 5);

interface Times {
  readonly wrapMilliseconds: number;
  readonly proveMilliseconds: number;
}

const loop = buildForTests(fileURLToPath(new URL('wrap-loop.c', import.meta.url)), 'wrap-loop', []);
const token = await makePractisedToken(keys);
const tokens = new Tokens({ environment: token.environment });
try {
  const session = await tokens.openSession(token.reference, token.pin);
  const keyWrapMechanism = (await session.probe()).keyWrapMechanism ?? 0;

  const inC = (): Times => {
    const { modulePath, tokenLabel } = token.reference;
    const pin = readFileSync(token.pin.path, 'utf8').trim();
    const parameters = [modulePath, tokenLabel, pin, token.rbkId, String(keyWrapMechanism)];
    const output = execFileSync(loop, parameters, {
      env: { ...process.env, ...token.environment },
      encoding: 'utf8',
    });
    const times = JSON.parse(output) as Times & { readonly keys: number };
    if (times.keys !== keys) throw new Error(`the C loop found ${times.keys} keys, not ${keys}`);
    return times;
  };

  const throughSession = async (): Promise<Times> => {
    const start = performance.now();
    const wrapped = await collect(session.wrapKeyVersions(token.materialIds));
    const afterWrap = performance.now();
    await collect(session.proveKeyVersions(wrapped.map(detailsOf)));
    return { wrapMilliseconds: afterWrap - start, proveMilliseconds: performance.now() - afterWrap };
  };

  // One round to warm up; then the two take turns, so that a busy machine is busy for both.
  inC();
  await throughSession();
  const measured: { readonly c: Times; readonly session: Times }[] = [];
  for (let round = 0; round < rounds; round += 1)
    measured.push({ c: inC(), session: await throughSession() });

  for (const work of ['wrap', 'prove'] as const) {
    const c = median(measured.map((round) => round.c[`${work}Milliseconds`]));
    const through = median(measured.map((round) => round.session[`${work}Milliseconds`]));
    console.log(
      `${work} ${keys} keys: C loop ${c.toFixed(0)} ms, TokenSession ${through.toFixed(0)} ms (${(through / c).toFixed(2)}x)`,
    );
  }
} finally {
  await tokens.close();
  await token.remove();
}

function detailsOf(wrapped: WrappedKeyVersion): WrappedKeyDetails {
  return { ...wrapped, keyShape: { algorithm: 'AES', length: 32 }, extractable: true };
}

function median(values: readonly number[]): number {
  return [...values].sort((first, second) => first - second)[Math.floor(values.length / 2)] ?? Number.NaN;
}
