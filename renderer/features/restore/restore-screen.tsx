import { RotateCw } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { AnswerView, Loading } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Screen } from '../../components/screen.tsx';
import type { ScreenProps } from '../../screens.tsx';
import { navigate, replaceParams } from '../../stores/navigation.ts';
import { ApprovalStep } from './approval-step.tsx';
import { ChooseSource } from './choose-source.tsx';
import { ConfirmStep } from './confirm-step.tsx';
import { InspectStep } from './inspect-step.tsx';
import { PlanStep } from './plan-step.tsx';
import { existingTarget, mayGoAhead } from './plan-words.ts';
import { paramsOf } from './restore-source.ts';
import { RunStep } from './run-step.tsx';
import { missingOf } from './source-draft.ts';
import { useRestore } from './use-restore.ts';
import type { Restore, StepId } from './use-restore.ts';
import { VerifyStep } from './verify-step.tsx';

/** From a sealed backup, wherever it is, to a vault that can be used again. */
export function RestoreScreen({ params }: ScreenProps) {
  const restore = useRestore(params);
  const { step, setStep, planHash, source, inspected, regionId } = restore;

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'source',
      label: 'Backup',
      content: (
        <ChooseSource draft={restore.draft} onChange={restore.changeDraft} hasRealm={restore.hasRealm} />
      ),
      canContinue: source !== undefined,
      missing: missingOf(restore.draft),
      onContinue: () => {
        replaceParams(paramsOf(source));
      },
    },
    {
      id: 'inspect',
      label: 'Inspect',
      content: source !== undefined && (
        <InspectStep
          source={source}
          inspected={inspected}
          regions={restore.regions}
          regionId={regionId}
          onRegion={restore.changeRegion}
          onAttach={() => {
            restore.leaveFor();
            navigate(restore.hasRealm ? 'regions' : 'first-run');
          }}
        />
      ),
      canContinue:
        inspected.answer !== undefined && inspected.answer.isOfThisRealm !== false && regionId !== undefined,
      ...(inspected.answer === undefined || inspected.answer.isOfThisRealm === false || !restore.hasRealm
        ? {}
        : { missing: 'Choose the region to restore into.' }),
      onContinue: () => {
        restore.keepRegion();
        replaceParams(restore.here());
      },
    },
    verifyStep(restore),
    planStep(restore),
    ...(planHash === undefined ? [] : [approvalStep(restore, planHash)]),
    confirmStep(restore),
    {
      id: 'run',
      label: 'Restore',
      isFinal: true,
      hasNoButtons: true,
      content: <RunStep restore={restore} />,
    },
  ];

  return (
    <Screen
      title="Restore"
      intro="A backup is inspected, verified and planned before anything is written. Until the last step you can stop at any time."
    >
      <Journey
        label="Restore"
        steps={steps}
        current={step}
        onMove={setStep}
        onCancel={() => navigate(restore.hasRealm ? 'overview' : 'first-run')}
      />
    </Screen>
  );
}

function verifyStep({ verification, ...restore }: Restore): JourneyStep<StepId> {
  const isVerified = verification.status === 'succeeded';
  return {
    id: 'verify',
    label: 'Verify',
    intro: 'Whether the backup is what it says it is, and whole.',
    content: (
      <VerifyStep
        depth={restore.depth}
        onDepth={restore.setDepth}
        work={verification}
        tokenLabel={restore.tokenLabel}
        onRetry={restore.verify}
        onOtherSource={() => restore.setStep('source')}
      />
    ),
    hasNoButtons: verification.status === 'running',
    continueLabel: isVerified ? 'Make the plan' : 'Verify now',
    onContinue: () => {
      if (isVerified) {
        restore.wantPlan();
        return true;
      }
      restore.verify();
      return false;
    },
  };
}

function planStep({ plan, ...restore }: Restore): JourneyStep<StepId> {
  const canGoOn = plan.answer !== undefined && mayGoAhead(plan.answer);
  return {
    id: 'plan',
    label: 'Plan',
    content: (
      <>
        <AnswerView
          of={plan}
          loading={`Making the plan: every key’s value is verified, and compared with what ${restore.regionId ?? 'the region'} has. A window may ask for the PIN of ${restore.tokenLabel ?? 'the token'}.`}
        >
          {(answer) => <PlanStep plan={answer} />}
        </AnswerView>
        {plan.answer !== undefined && (
          <div className="row">
            <Button icon={RotateCw} isPending={plan.isLoading} onPress={plan.reload}>
              Make the plan again
            </Button>
          </div>
        )}
      </>
    ),
    canContinue: canGoOn && !plan.isLoading,
    ...(plan.answer !== undefined && !canGoOn
      ? { missing: 'Resolve what refuses it, then make the plan again.' }
      : {}),
  };
}

function approvalStep(restore: Restore, planHash: string): JourneyStep<StepId> {
  const { plan, approvals, approved, isPlanChanged, source, operatorName } = restore;
  const isKnown = approvals.error === undefined;
  const requestedBy = approved.approvals[0]?.requestedBy;
  const isOwn = requestedBy === undefined || requestedBy === operatorName;
  return {
    id: 'approval',
    label: 'Approval',
    content: (
      <>
        {plan.answer === undefined && plan.error === undefined && source !== undefined && (
          <Loading>Making the plan again, to see whether it is still the one that was asked about</Loading>
        )}
        {plan.error !== undefined && <ErrorNotice error={plan.error} onRetry={plan.reload} />}
        {isPlanChanged && (
          <Notice tone="warning" title="What the restore would do has changed since approval was asked for">
            Go back to the plan and read it again; it needs an approval of its own.
          </Notice>
        )}
        {source === undefined && (
          <Notice tone="warning" title="The backup’s URL was not kept">
            Go back to the first step and enter it again.
          </Notice>
        )}
        <ApprovalStep
          planHash={planHash}
          pages={approvals}
          found={approved}
          asked={restore.asked}
          isSourceKept={source?.kind !== 'uri'}
          requestedBy={isOwn ? undefined : requestedBy}
          isSamePlan={plan.answer !== undefined && !isPlanChanged}
        />
      </>
    ),
    canContinue: isOwn && plan.answer !== undefined && !isPlanChanged && (approved.isGranted || !isKnown),
    missing: isPlanChanged
      ? 'Go back to the plan.'
      : isOwn
        ? 'The approval is not given yet.'
        : `Only ${requestedBy} goes on with it.`,
  };
}

function confirmStep(restore: Restore): JourneyStep<StepId> {
  const { plan, source } = restore;
  const isOntoExisting = plan.answer !== undefined && existingTarget(plan.answer) !== undefined;
  return {
    id: 'confirm',
    label: 'Confirm',
    intro: 'Nothing has been written yet.',
    content: plan.answer !== undefined && source !== undefined && (
      <ConfirmStep
        plan={plan.answer}
        source={source}
        agreement={restore.agreement}
        onChange={restore.agree}
        isDualControl={restore.isDualControl && !restore.approved.isGranted}
      />
    ),
    isDanger: isOntoExisting,
    continueLabel: 'Restore now',
    canContinue: plan.answer !== undefined && restore.missingAgreement === undefined,
    ...(restore.missingAgreement === undefined ? {} : { missing: restore.missingAgreement }),
    onContinue: restore.begin,
  };
}
