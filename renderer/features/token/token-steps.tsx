import type { CapabilityProfile } from '../../../shared/domain/capability-profile.ts';
import type { Region } from '../../../shared/domain/realm.ts';
import { call } from '../../client.ts';
import type { JourneyStep } from '../../components/journey.tsx';
import { CapabilityView } from './capability-view.tsx';
import { TokenChooser } from './token-chooser.tsx';
import { tokenFieldsOf } from './token-choice.ts';
import type { TokenChoice } from './token-choice.ts';

/** A token on its way to a region. */
export interface NewToken {
  readonly choice: TokenChoice;
  /** What it was found able to do; undefined until it was tried. */
  readonly profile: CapabilityProfile | undefined;
}

export interface TokenStepsProps {
  readonly value: NewToken;
  readonly onChange: (part: NewToken) => void;
  /** Of this home: their tokens cannot be taken. */
  readonly regions?: readonly Region[];
  /** What the token is for. */
  readonly intro: string;
}

/** Two steps of every journey that puts a token to use: choosing it, and seeing what it can do before anything is made (rule R4). */
export function tokenSteps({
  value: { choice, profile },
  onChange,
  regions = [],
  intro,
}: TokenStepsProps): readonly [JourneyStep<'token'>, JourneyStep<'profile'>] {
  return [
    {
      id: 'token',
      label: 'Token',
      intro,
      content: (
        <TokenChooser
          value={choice}
          regions={regions}
          onChange={(chosen) => onChange({ choice: chosen, profile: undefined })}
        />
      ),
      canContinue: choice.token !== undefined,
      missing: 'Choose a token.',
      continueLabel: profile === undefined ? 'Try this token' : 'Continue',
      pendingWords: `Trying what the token can do. A window of its own asks for the PIN of ${choice.token?.label ?? 'it'}.`,
      onContinue: async () => {
        if (profile !== undefined) return;
        const token = tokenFieldsOf(choice);
        if (token !== undefined) onChange({ choice, profile: await call('region.probe', token) });
      },
    },
    {
      id: 'profile',
      label: 'What it can do',
      intro: 'Found by trying, with keys that are gone again. Nothing was left on the token.',
      content: profile !== undefined && <CapabilityView profile={profile} />,
      canContinue: profile?.missing.length === 0,
      missing: 'Go back and choose another token.',
    },
  ];
}
