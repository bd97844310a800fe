import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeShareText } from '../../../main/operations/recovery-kit-share-text.ts';
import { TypedShares } from '../../../main/window/typed-shares.ts';
import type { PromptQuestion } from '../../../shared/contract/prompt.ts';

const text = writeShareText(
  { setId: randomBytes(16).toString('hex'), index: 1, shareCount: 3, threshold: 2, data: randomBytes(33) },
  { realmName: 'Realm', tenancyName: 'Tenancy' },
);
const mistyped = text.replace(/^(A: ....)/m, 'A: ZZZZ');

/** A custodian who types these one after the other, and then goes. */
function custodian(...typed: readonly string[]) {
  const answers = typed.map((words) => new TextEncoder().encode(words));
  const questions: PromptQuestion[] = [];
  const given = [...answers];
  const shares = new TypedShares((question) => {
    questions.push(question);
    return Promise.resolve(given.shift());
  });
  return { shares, questions, answers };
}

describe('shares that custodians type in (rule R5)', () => {
  it('keeps a right one under a name, and lends copies of it', async () => {
    const { shares } = custodian(text);
    const name = (await shares.enter()) ?? '';
    const lent = shares.read(name);
    expect(new TextDecoder().decode(lent)).toBe(text);
    lent?.fill(0);
    expect(new TextDecoder().decode(shares.read(name))).toBe(text);
    expect(shares.read('typed-share:9')).toBeUndefined();
  });

  it('asks again with what was typed and what is wrong with it, and keeps nothing of that', async () => {
    const { shares, questions, answers } = custodian(mistyped, text);
    expect(await shares.enter()).toBe('typed-share:1');
    expect(questions).toEqual([
      { kind: 'share' },
      { kind: 'share', before: { flaw: 'is wrong in row A', typed: mistyped } },
    ]);
    expect(answers[0]?.every((byte) => byte === 0)).toBe(true);
  });

  it('answers nothing when the custodian goes', async () => {
    const { shares } = custodian(mistyped);
    expect(await shares.enter()).toBeUndefined();
  });

  it('rule R71: wipes them when they are forgotten', async () => {
    const { shares, answers } = custodian(text, text);
    const names = [await shares.enter(), await shares.enter()];
    shares.forget();
    expect(names.map((name) => shares.read(name ?? ''))).toEqual([undefined, undefined]);
    expect(answers.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });
});
