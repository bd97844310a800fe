import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../main/cli/exit.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import type { SeenCall } from '../../support/command-line-double.ts';
import { runCommandLine } from '../../support/command-line-double.ts';
import { samplePlan } from '../../support/plan-samples.ts';

const restore = ['vault', 'restore', '--bucket-name', 'b', '--object-name', 'o', '--region', 'eu-zurich-1'];
const backupLocation = { destination: 'BUCKET', bucketName: 'b', objectName: 'o' };
const plan = samplePlan();
const refusedPlan = samplePlan({ refused: ['Over the limit: 3000 key versions, 2999 in use'] });

function planning(made = plan) {
  return ({ name }: SeenCall) => (name === 'backup.plan-restore' ? made : { done: true });
}

function reasonOf(stderr: string): string | undefined {
  return (JSON.parse(stderr) as ErrorDocument).reason;
}

describe('a restore asks first', () => {
  it('rule R43: on a terminal the plan is shown, and a yes executes exactly that plan', async () => {
    const questions: string[] = [];
    const ran = await runCommandLine([...restore, '--output', 'table'], {
      answer: planning(),
      ask: async (question) => {
        questions.push(question);
        return true;
      },
    });
    expect(ran.exitCode).toBe(EXIT.done);
    expect(questions).toEqual(['Restore exactly this?']);
    expect(ran.stderr).toContain('Plan hash');
    expect(ran.stderr).toContain('This restore may go ahead');
    expect(ran.calls).toEqual([
      { name: 'backup.plan-restore', request: { backupLocation, region: 'eu-zurich-1' } },
      { name: 'vault.restore', request: { backupLocation, region: 'eu-zurich-1', planHash: plan.planHash } },
    ]);
  });

  it('any other answer changes nothing and exits 1', async () => {
    const ran = await runCommandLine(restore, { answer: planning(), ask: async () => false });
    expect(ran).toMatchObject({ exitCode: EXIT.failed, stdout: '', isClosed: true });
    expect(ran.calls.map((call) => call.name)).toEqual(['backup.plan-restore']);
    expect(reasonOf(ran.stderr)).toBe('ConfirmationDeclined');
  });

  it('nobody is asked about a plan that is refused', async () => {
    const ran = await runCommandLine(restore, {
      answer: planning(refusedPlan),
      ask: () => Promise.reject(new Error('asked')),
    });
    expect(ran.exitCode).toBe(EXIT.failed);
    expect(ran.calls).toHaveLength(1);
    expect(reasonOf(ran.stderr)).toBe('PlanRefused');
  });

  it('without a terminal it is refused before anything is opened', async () => {
    const ran = await runCommandLine(restore, { answer: planning() });
    expect(ran).toMatchObject({ exitCode: EXIT.failed, opened: undefined });
    expect(JSON.parse(ran.stderr)).toMatchObject({
      code: 'InvalidParameter',
      reason: 'ConfirmationNeeded',
      next: expect.stringContaining('--plan-hash') as string,
    });
  });

  it('--yes makes the plan too and passes its hash', async () => {
    const ran = await runCommandLine(['--yes', ...restore], { answer: planning() });
    expect(ran.exitCode).toBe(EXIT.done);
    expect(ran.calls.at(-1)?.request).toEqual({
      backupLocation,
      region: 'eu-zurich-1',
      planHash: plan.planHash,
    });
  });

  it('--plan-hash goes straight to the restore', async () => {
    const ran = await runCommandLine([...restore, '--plan-hash', 'a'.repeat(64)], { answer: planning() });
    expect(ran.calls.map((call) => call.name)).toEqual(['vault.restore']);
  });

  it.each([
    ['vault', 'restoreVaultFromFileLocation', '--restore-vault-from-file-location'],
    ['key', 'restoreKeyFromFileLocation', '--restore-key-from-file-location'],
  ])('rule R40: %s restore-from-file plans the same file', async (noun, field, flag) => {
    const ran = await runCommandLine([noun, 'restore-from-file', flag, 'x.backup', '--yes'], {
      answer: planning(),
    });
    expect(ran.calls).toEqual([
      {
        name: 'backup.plan-restore',
        request: { backupLocation: { destination: 'OFFLINE_FILE', file: '/current/folder/x.backup' } },
      },
      {
        name: `${noun}.restore-from-file`,
        request: { [field]: '/current/folder/x.backup', planHash: plan.planHash },
      },
    ]);
  });
});

describe('--dry-run', () => {
  it('prints the plan as the result and changes nothing', async () => {
    const ran = await runCommandLine([...restore, '--dry-run'], { answer: planning() });
    expect(ran).toMatchObject({ exitCode: EXIT.done, stderr: '' });
    expect(JSON.parse(ran.stdout)).toEqual(plan);
    expect(ran.calls).toHaveLength(1);
  });

  it('exits 1 if the plan is refused, also with --yes', async () => {
    const ran = await runCommandLine([...restore, '--dry-run', '--yes'], { answer: planning(refusedPlan) });
    expect(ran.exitCode).toBe(EXIT.failed);
    expect(JSON.parse(ran.stdout)).toEqual(refusedPlan);
    expect(reasonOf(ran.stderr)).toBe('PlanRefused');
    expect(ran.calls).toHaveLength(1);
  });

  it('contradicts --plan-hash', async () => {
    const ran = await runCommandLine([...restore, '--dry-run', '--plan-hash', 'a'.repeat(64)]);
    expect(ran).toMatchObject({ exitCode: EXIT.usage, opened: undefined });
  });

  it('is no flag of other operations', async () => {
    expect((await runCommandLine(['vault', 'list', '--dry-run'])).exitCode).toBe(EXIT.usage);
  });
});
