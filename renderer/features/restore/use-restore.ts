import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import type { VerificationDepth } from '../../../shared/domain/backup.ts';
import type { ScreenParams } from '../../screens.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useWork } from '../../hooks/use-work.ts';
import { replaceParams } from '../../stores/navigation.ts';
import { useSession } from '../../stores/session.ts';
import { approvalsOfPlan } from './approval-state.ts';
import { missingAgreement, NOTHING_AGREED } from './agreement.ts';
import type { Agreement } from './agreement.ts';
import { isUnderDualControl } from './dual-control.ts';
import { forgetJourney, rememberJourney, withRemembered } from './restore-memory.ts';
import { locationOf, paramsOf } from './restore-source.ts';
import { draftFromParams, sourceOf } from './source-draft.ts';
import type { SourceDraft } from './source-draft.ts';
import { useRestoreWork } from './use-restore-work.ts';

export type StepId = 'source' | 'inspect' | 'verify' | 'plan' | 'confirm' | 'approval' | 'run';

/**
 * All that the restore journey knows. The location holds the source, the region, and the plan that waits for approval, so
 * that a reload of the window and another operator's sign-in come back to the same place; plans are made anew then, and go
 * on only if they are the same.
 */
export function useRestore(given: ScreenParams) {
  const hasRealm = useSession((state) => state.session?.realm !== undefined);
  const operatorName = useSession((state) => state.session?.operator?.name);
  const [params] = useState(() => withRemembered(given, operatorName));
  const [draft, setDraft] = useState<SourceDraft>(() => draftFromParams(params, hasRealm));
  const [step, setStep] = useState<StepId>(() => firstStep(params, draft));
  const [chosenRegion, setChosenRegion] = useState(params['region']);
  const [depth, setDepth] = useState<VerificationDepth>('keys');
  const [agreement, setAgreement] = useState<Agreement>(NOTHING_AGREED);
  /** The plan that was sent to a second operator. */
  const [planHash, setPlanHash] = useState(params['plan']);
  /** What the restore said that was not approved yet. */
  const [asked, setAsked] = useState<ErrorDocument>();
  const [isPlanWanted, setPlanWanted] = useState(planHash !== undefined);
  const restore = useRestoreWork(params['work']);
  const { work } = restore;

  const source = useMemo(() => sourceOf(draft), [draft]);
  const backupLocation = source === undefined ? undefined : locationOf(source);
  const bucketRegion = source?.kind === 'bucket' ? source.bucketRegion : undefined;
  const inspected = useAnswer(
    'backup.inspect',
    step === 'source' || backupLocation === undefined
      ? undefined
      : { backupLocation, ...(bucketRegion === undefined ? {} : { region: bucketRegion }) },
  );
  const regions = useAnswer('region.list', hasRealm ? {} : undefined);
  const attached = regions.answer?.data ?? [];
  const regionId = regionOf(chosenRegion, inspected.answer?.sourceRegion, attached);
  const verification = useWork('backup.verify', { isFindingAgain: false });
  const plan = useAnswer(
    'backup.plan-restore',
    isPlanWanted && backupLocation !== undefined && regionId !== undefined
      ? { backupLocation, region: regionId }
      : undefined,
  );
  const compartments = usePages('compartment.list', isPlanWanted ? {} : undefined);
  const approvals = usePages('approval.list', step === 'approval' ? {} : undefined);
  const approved = useMemo(() => approvalsOfPlan(approvals.rows, planHash ?? ''), [approvals.rows, planHash]);

  const here = useCallback(
    (more: ScreenParams = {}): ScreenParams => ({
      ...paramsOf(source),
      ...(regionId === undefined ? {} : { region: regionId }),
      ...more,
    }),
    [source, regionId],
  );

  /** Another backup or another region is another verification and another plan. */
  const forget = useCallback(() => {
    verification.reset();
    setPlanWanted(false);
    setPlanHash(undefined);
    setAgreement(NOTHING_AGREED);
  }, [verification]);

  const changeDraft = useCallback(
    (change: Partial<SourceDraft>) => {
      setDraft((before) => ({ ...before, ...change }));
      forget();
    },
    [forget],
  );

  // A restore that runs is shown, whoever began it and whatever the window went through.
  const isElsewhere = work.isFoundAgain || restore.endedMeanwhile !== undefined;
  useEffect(() => {
    if (isElsewhere) setStep('run');
  }, [isElsewhere]);

  const refusal =
    work.status === 'failed' && work.error?.reason === 'ApprovalNeeded' ? work.error : undefined;
  const shownHash = plan.answer?.planHash;
  useEffect(() => {
    if (refusal === undefined || shownHash === undefined) return;
    setAsked(refusal);
    setPlanHash(shownHash);
    setStep('approval');
    rememberJourney(here({ plan: shownHash }), operatorName);
    replaceParams(here({ plan: shownHash }));
  }, [refusal, shownHash, here, operatorName]);

  // So that a window that is loaded again finds this very restore, also when it has ended meanwhile.
  const { workRequestId } = work;
  useEffect(() => {
    if (workRequestId === undefined) return;
    forgetJourney();
    replaceParams({ work: workRequestId });
  }, [workRequestId]);

  const begin = useCallback(() => {
    if (plan.answer === undefined || backupLocation === undefined) return;
    void restore.start(plan.answer, {
      backupLocation,
      region: plan.answer.region,
      planHash: plan.answer.planHash,
      isBringBackDestroyed: agreement.isBringBackDestroyed,
    });
  }, [plan.answer, backupLocation, restore, agreement.isBringBackDestroyed]);

  return {
    hasRealm,
    draft,
    changeDraft,
    step,
    setStep,
    source,
    inspected,
    regions,
    regionId,
    tokenLabel: attached.find((region) => region.regionId === regionId)?.token.tokenLabel,
    /** Also the region that was proposed is the chosen one from here on. */
    keepRegion: () => setChosenRegion(regionId),
    changeRegion: (region: string) => {
      setChosenRegion(region);
      forget();
    },
    depth,
    setDepth,
    verification,
    verify: () => {
      if (backupLocation === undefined) return;
      void verification.start({
        backupLocation,
        depth,
        ...(regionId === undefined ? {} : { region: regionId }),
      });
    },
    plan,
    /** Where this journey is to be found again after another screen. */
    leaveFor: (): void => rememberJourney(paramsOf(source), operatorName),
    operatorName,
    wantPlan: () => setPlanWanted(true),
    agreement,
    agree: (change: Partial<Agreement>) => setAgreement((before) => ({ ...before, ...change })),
    missingAgreement: plan.answer === undefined ? undefined : missingAgreement(plan.answer, agreement),
    isDualControl: plan.answer !== undefined && isUnderDualControl(plan.answer, compartments.rows),
    planHash,
    asked,
    approvals,
    approved,
    /** The plan that was sent for approval is not what the restore would do now. */
    isPlanChanged: planHash !== undefined && shownHash !== undefined && planHash !== shownHash,
    restore,
    begin,
    here,
    startOver: () => {
      restore.reset();
      forget();
      setDraft(draftFromParams({}, hasRealm));
      setStep('source');
      forgetJourney();
      replaceParams({});
    },
  };
}

export type Restore = ReturnType<typeof useRestore>;

function firstStep(params: ScreenParams, draft: SourceDraft): StepId {
  if (params['work'] !== undefined) return 'run';
  if (draft.way === 'catalog' || sourceOf(draft) === undefined) return 'source';
  return params['plan'] === undefined ? 'inspect' : 'approval';
}

/** What was chosen, if it is attached; else the backup's own region, else the only one. */
function regionOf(
  chosen: string | undefined,
  sourceRegion: string | undefined,
  attached: readonly { readonly regionId: string }[],
): string | undefined {
  const isAttached = (regionId: string | undefined): boolean =>
    attached.some((region) => region.regionId === regionId);
  if (isAttached(chosen)) return chosen;
  if (isAttached(sourceRegion)) return sourceRegion;
  return attached.length === 1 ? attached[0]?.regionId : undefined;
}
