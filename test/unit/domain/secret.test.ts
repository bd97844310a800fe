import { describe, expect, it } from 'vitest';
import { answerLines } from '../../../main/cli/render-answer.ts';
import { secretNameSchema, secretsLeftOutInWords } from '../../../shared/domain/secret.ts';

describe('secrets', () => {
  it('rule R15: every backup says in words how many it left out', () => {
    expect(secretsLeftOutInWords(0)).toBe('none');
    expect(secretsLeftOutInWords(1)).toBe('1 secret was left out: secrets are never in a backup');
    expect(secretsLeftOutInWords(2)).toBe('2 secrets were left out: secrets are never in a backup');
    const answer = { workRequestId: 'w', backup: { kind: 'VAULT', secretsLeftOut: 2 } };
    expect(answerLines('vault.backup', answer, 100).join('\n')).toMatch(
      /Secrets left out +2 secrets were left out: secrets are never in a backup/,
    );
  });

  it('rule R74: have names that can be typed without quotes', () => {
    for (const name of ['db-password', 'API_key.2', 'x'.repeat(100)]) {
      expect(secretNameSchema.safeParse(name).success, name).toBe(true);
    }
    for (const name of ['', 'two words', 'ü', 'a/b', 'a\nb', 'x'.repeat(101)]) {
      expect(secretNameSchema.safeParse(name).success, name).toBe(false);
    }
  });
});
