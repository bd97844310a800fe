import { useEffect, useState } from 'react';
import { principalNameSchema } from '../../../shared/domain/operator.ts';
import { realmNameSchema } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { Notice } from '../../components/notice.tsx';
import { Screen } from '../../components/screen.tsx';
import { TextField } from '../../components/text-field.tsx';
import { navigate, useNavigation } from '../../stores/navigation.ts';
import { sessionChanged, useSession } from '../../stores/session.ts';
import { KitFields } from '../recovery-kit/kit-fields.tsx';
import { useTypedShares } from '../recovery-kit/use-typed-shares.ts';
import { flawOf, isFit } from '../token/field-flaws.ts';
import { RegionFields } from '../token/region-fields.tsx';
import { isRegionNamed } from '../token/region-naming.ts';
import { tokenSteps } from '../token/token-steps.tsx';
import { Done } from './done.tsx';
import { carryOut, EMPTY_DRAFT, mendedAt, stepsOf } from './draft.ts';
import type { Draft, StepId } from './draft.ts';
import { Review } from './review.tsx';
import { WayChoice } from './way-choice.tsx';

/** From an empty home to one with a realm, a proven token and an operator. */
export function FirstRunScreen() {
  // Decided when the screen appears: at the journey's end the home has a realm, and its result is to be seen.
  const [isNeeded] = useState(() => useSession.getState().session?.realm === undefined);
  const hasNone = useSession((state) => state.session?.realm === undefined);
  const isAskedFor = useNavigation((state) => state.screen === 'first-run');
  useEffect(() => {
    // Shown instead of a screen that needs a realm: it keeps its place when there is one all of a sudden.
    if (isNeeded && !isAskedFor) navigate('first-run');
  }, [isNeeded, isAskedFor]);
  return (
    <Screen
      title="Get started"
      width={isNeeded ? 'wide' : 'reading'}
      intro={
        isNeeded && hasNone
          ? 'This home has no realm yet. Choose how it gets one; until the last step nothing is written.'
          : undefined
      }
    >
      {isNeeded ? <FirstRun /> : <HasRealm />}
    </Screen>
  );
}

function HasRealm() {
  const realm = useSession((state) => state.session?.realm);
  return (
    <EmptyState
      title={`This home has the realm ${realm?.name ?? ''} already`}
      action={
        <>
          <Button variant="primary" onPress={() => navigate('overview')}>
            Go to the overview
          </Button>
          <Button onPress={() => navigate('enrolment')}>Enrol a further token</Button>
        </>
      }
    >
      A home belongs to one realm. Another realm wants a home of its own: start Strongroom with --home.
    </EmptyState>
  );
}

function FirstRun() {
  useTypedShares();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [step, setStep] = useState<StepId>('way');
  const [bound, setBound] = useState<Answer<'region.attach'>>();
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const shown = stepsOf(draft.way);

  const [token, profile] = tokenSteps({
    value: draft,
    onChange: change,
    intro: 'The token that is to hold the realm keys, and the software that reaches it.',
  });

  const steps: Readonly<Record<StepId, JourneyStep<StepId>>> = {
    way: {
      id: 'way',
      label: 'Begin',
      content: <WayChoice value={draft.way} onChange={(way) => change({ way })} />,
      canContinue: draft.way !== undefined,
      missing: 'Choose one of them.',
      continueLabel: draft.way === 'practice' ? 'Open the practice realm' : 'Continue',
      pendingWords:
        'Opening the practice realm. Where there is none yet, tokens, vaults, keys and backups are made; that takes up to a minute.',
      onContinue: () => leave(draft),
    },
    kit: {
      id: 'kit',
      label: 'Recovery kit',
      intro: 'The kit file says how many shares are needed, and each share says which it is.',
      content: (
        <KitFields
          value={draft.kit}
          onChange={(kit) => change({ kit })}
          wanted="As many as the kit’s threshold says, each from another custodian."
        />
      ),
      canContinue: draft.kit.kit.trim() !== '' && draft.kit.shareFiles.length >= 2,
      missing: 'Choose the kit file and at least two shares.',
    },
    token,
    profile,
    realm: {
      id: 'realm',
      label: draft.way === 'create' ? 'Realm and region' : 'Region',
      content: (
        <>
          {draft.way === 'create' && <RealmFields draft={draft} onChange={change} />}
          <RegionFields value={draft} onChange={change} />
        </>
      ),
      canContinue:
        isRegionNamed(draft) &&
        (draft.way !== 'create' ||
          (isFit(realmNameSchema, draft.realmName) && isFit(realmNameSchema, draft.tenancyName))),
      missing: draft.way === 'create' ? 'Name the realm, the tenancy and the region.' : 'Name the region.',
    },
    operator: {
      id: 'operator',
      label: 'First operator',
      intro: 'Whoever sets a home up becomes its administrator and can add further operators afterwards.',
      content: (
        <>
          <TextField
            label="Your name as operator"
            value={draft.administrator}
            onChange={(administrator) => change({ administrator: administrator.trim() })}
            isRequired
            isCode
            maxLength={100}
            placeholder="first.last"
            description="Letters, digits, dots and hyphens. It stands in policies and in the audit log."
            error={flawOf(principalNameSchema, draft.administrator)}
          />
          <Notice title="The passphrase is asked for at the end">
            In a small window of its own, twice, with at least 12 characters. Nobody can look it up later.
          </Notice>
        </>
      ),
      canContinue: isFit(principalNameSchema, draft.administrator),
      missing: 'Enter a name.',
    },
    review: {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: <Review draft={draft} />,
      continueLabel: VERBS[draft.way ?? 'create'],
      pendingWords: `Working. Windows of their own ask for the new passphrase of ${draft.administrator} and for the PIN of ${draft.choice.token?.label ?? 'the token'}.`,
      mendAt: mendedAt,
      onContinue: async () => {
        setBound(await carryOut(draft, call));
      },
    },
    done: {
      id: 'done',
      label: 'Done',
      isFinal: true,
      hasNoButtons: true,
      content: bound !== undefined && <Done bound={bound} draft={draft} />,
    },
  };

  return <Journey label="Get started" steps={shown.map((id) => steps[id])} current={step} onMove={setStep} />;
}

/** The ways that lead elsewhere. @returns false where the journey does not go on here. */
async function leave({ way }: Draft): Promise<boolean> {
  if (way === 'enrol') {
    navigate('enrolment');
    return false;
  }
  if (way === 'practice') {
    const session = await call('practice.create', {});
    navigate('overview');
    sessionChanged(session);
    return false;
  }
  return true;
}

const VERBS: Readonly<Record<NonNullable<Draft['way']>, string>> = {
  create: 'Create the realm',
  attach: 'Use this token',
  kit: 'Rebuild the realm keys',
  enrol: 'Continue',
  practice: 'Continue',
};

function RealmFields({
  draft,
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}) {
  return (
    <>
      <Notice title="What a realm rests on">
        A realm is one pair of keys that live in tokens only. Whoever loses every token and the recovery kit
        loses every backup: a second token and a recovery kit come right after this.
      </Notice>
      <TextField
        label="Name of the realm"
        value={draft.realmName}
        onChange={(realmName) => onChange({ realmName })}
        isRequired
        maxLength={60}
        description="For people: the organisation, or what the keys guard. It stays with the realm keys for good."
        error={flawOf(realmNameSchema, draft.realmName)}
      />
      <TextField
        label="Name of the tenancy"
        value={draft.tenancyName}
        onChange={(tenancyName) => onChange({ tenancyName })}
        isRequired
        maxLength={60}
        description="The root compartment, in which all others lie. Often the same name."
        error={flawOf(realmNameSchema, draft.tenancyName)}
      />
    </>
  );
}
