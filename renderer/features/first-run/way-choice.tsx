import { Archive, GraduationCap, Handshake, KeyRound, Sparkles } from 'lucide-react';
import { RadioCards } from '../../components/choice.tsx';
import type { Way } from './draft.ts';

export function WayChoice({
  value,
  onChange,
}: {
  readonly value: Way | undefined;
  readonly onChange: (way: Way) => void;
}) {
  return (
    <RadioCards
      label="How do you want to begin?"
      value={value}
      onChange={onChange}
      columns={2}
      cards={[
        {
          id: 'create',
          title: 'Create a realm',
          icon: Sparkles,
          description:
            'For an organisation that has none yet. Its two realm keys are made in your token and never leave it in clear.',
        },
        {
          id: 'enrol',
          title: 'Join a realm by enrolment',
          icon: Handshake,
          description:
            'Your token is new, and another token of the realm is in reach, here or on another machine. Two files and twelve words pass between them.',
        },
        {
          id: 'attach',
          title: 'Use a token that has the realm keys',
          icon: KeyRound,
          description:
            'The token was enrolled before. This is the way on an air-gapped machine at night: token, backup file, restore.',
        },
        {
          id: 'kit',
          title: 'Restore from a recovery kit',
          icon: Archive,
          description:
            'Every token is lost. The kit file and enough custodians with their shares rebuild the realm keys in a new token.',
        },
        {
          id: 'practice',
          title: 'Open a practice realm',
          icon: GraduationCap,
          description:
            'Two regions with software tokens, sample vaults, keys and backups, in a folder of their own. Nothing in it guards anything; try whatever you like.',
        },
      ]}
    />
  );
}
