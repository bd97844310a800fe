import { useEffect, useState } from 'react';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { Screen } from '../../components/screen.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate, replaceParams } from '../../stores/navigation.ts';
import { refusalOf } from '../records/refusal-of.ts';
import '../records/records.css';
import { BackupReview } from './backup-review.tsx';
import { BackupRun } from './backup-run.tsx';
import { ChooseDestination } from './choose-destination.tsx';
import { ChooseWhat } from './choose-what.tsx';
import { keyStaysOut } from './contents.ts';
import type { BackupScope } from './backup-scope.ts';
import { destinationOf, missingOf, NEW_DESTINATION, startingInWords } from './destination.ts';
import { useBackupWork } from './use-backup-work.ts';
import type { BackupOrder } from './use-backup-work.ts';
import { useContents } from './use-contents.ts';

type StepId = 'what' | 'destination' | 'review' | 'run';

/** Journey: back up a vault or a key (rules R20 to R24). What it is about stands in the location, so that a reload keeps it. */
export function BackupScreen({ params }: ScreenProps) {
  const { vaultId, keyId, work: rememberedId } = params;
  const [scope, setScope] = useState<BackupScope>(keyId === undefined ? 'vault' : 'key');
  const [isIncludeKeys, setIncludeKeys] = useState(true);
  const [draft, setDraft] = useState(NEW_DESTINATION);
  const [step, setStep] = useState<StepId>(rememberedId === undefined ? 'what' : 'run');
  const vault = useAnswer('vault.get', vaultId === undefined ? undefined : { vaultId });
  const key = useAnswer('key.get', keyId === undefined ? undefined : { keyId });
  const contents = useContents(
    vault.answer,
    scope === 'vault' ? undefined : (key.answer ?? 'none-yet'),
    isIncludeKeys,
  );
  const backup = useBackupWork(rememberedId);
  const { workRequestId } = backup.work;
  const order = orderOf();
  const blocker = blockerOf();
  const destination = destinationOf(draft);

  // The location remembers the work request, so that this journey finds it again after a reload, and no other does.
  useEffect(() => {
    if (workRequestId === undefined || workRequestId === rememberedId) return;
    replaceParams(aboutOf(vaultId, keyId, workRequestId));
  }, [workRequestId, rememberedId, vaultId, keyId]);

  // A URL is a secret: once it has served its turn nothing in this window knows it.
  useEffect(() => {
    if (backup.status === 'succeeded') setDraft((before) => ({ ...before, uri: '' }));
  }, [backup.status]);

  function orderOf(): BackupOrder | undefined {
    if (vault.answer === undefined) return undefined;
    if (scope === 'vault') return { vault: vault.answer, isIncludeKeys };
    return key.answer === undefined ? undefined : { vault: vault.answer, key: key.answer };
  }

  /** Why nothing can be backed up as it is chosen now (rule R21). */
  function blockerOf(): string | undefined {
    if (vault.answer === undefined) return undefined;
    if (vault.answer.vaultType === 'DEFAULT') {
      return `${vault.answer.displayName} is a default vault; only virtual private vaults can be backed up.`;
    }
    const ofVault = refusalOf('vault.backup', { vault: vault.answer });
    if (ofVault !== undefined || scope === 'vault' || key.answer === undefined) return ofVault;
    return keyStaysOut(key.answer);
  }

  function chooseVault(chosen: string | undefined): void {
    replaceParams(aboutOf(chosen, undefined, undefined));
    setScope('vault');
    // Buckets are a region's: the one that was chosen for another vault may be of another.
    setDraft((before) => ({ ...before, bucketName: undefined }));
  }

  function chooseScope(next: BackupScope): void {
    setScope(next);
    if (next === 'vault') replaceParams(aboutOf(vaultId, undefined, undefined));
  }

  function reload(): void {
    vault.reload();
    key.reload();
    contents.reload();
    setStep('what');
  }

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'what',
      label: 'What',
      intro:
        'One vault with its keys, or one key. What goes in and what stays out is shown before anything is made.',
      canContinue: order !== undefined && blocker === undefined && contents.isComplete,
      missing: missingOfWhat(),
      content: (
        <ChooseWhat
          vault={vault}
          chosenKey={key}
          scope={scope}
          isIncludeKeys={isIncludeKeys}
          contents={contents}
          blocker={blocker}
          onVault={chooseVault}
          onKey={(chosen) => replaceParams(aboutOf(vaultId, chosen, undefined))}
          onScope={chooseScope}
          onIncludeKeys={setIncludeKeys}
        />
      ),
    },
    {
      id: 'destination',
      label: 'Destination',
      canContinue: destination !== undefined,
      missing: missingOf(draft),
      content: vault.answer !== undefined && (
        <ChooseDestination
          region={vault.answer.region}
          kind={scope === 'vault' ? 'VAULT' : 'KEY'}
          draft={draft}
          onChange={setDraft}
        />
      ),
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      continueLabel: 'Back up now',
      content: order !== undefined && destination !== undefined && (
        <BackupReview order={order} destination={destination} contents={contents} />
      ),
      onContinue: () => {
        if (order !== undefined && destination !== undefined) void backup.start(order, destination);
      },
    },
    {
      id: 'run',
      label: 'Back up',
      isFinal: true,
      hasNoButtons: true,
      content: (
        <BackupRun
          backup={backup}
          starting={startingInWords(draft.kind)}
          name={(scope === 'key' ? key.answer : vault.answer)?.displayName ?? 'the vault'}
          onReload={reload}
          onMove={setStep}
          onAgain={() => navigate('backup')}
        />
      ),
    },
  ];

  function missingOfWhat(): string {
    if (vault.answer === undefined) return 'Choose a vault.';
    if (blocker !== undefined) return 'It cannot be backed up.';
    if (order === undefined) return 'Choose a key.';
    return 'Still counting what goes in.';
  }

  return (
    <Screen
      title="Back up"
      {...(vaultId === undefined
        ? { back: { to: 'vaults', label: 'Vaults' } }
        : { back: { to: 'vault', params: { vaultId }, label: vault.answer?.displayName ?? 'The vault' } })}
    >
      <Journey
        label="Back up"
        steps={steps}
        current={step}
        onMove={setStep}
        onCancel={() => (vaultId === undefined ? navigate('vaults') : navigate('vault', { vaultId }))}
      />
    </Screen>
  );
}

function aboutOf(
  vaultId: string | undefined,
  keyId: string | undefined,
  work: string | undefined,
): Readonly<Record<string, string>> {
  return {
    ...(vaultId === undefined ? {} : { vaultId }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(work === undefined ? {} : { work }),
  };
}
