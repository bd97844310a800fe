import { ArrowDownToLine, ArrowUpFromLine, HandHelping, Monitor } from 'lucide-react';
import { RadioCards } from '../../components/choice.tsx';
import type { RadioCard } from '../../components/choice.tsx';
import type { Side } from './exchange.ts';

const CARDS: Readonly<Record<Side, Omit<RadioCard<Side>, 'id'>>> = {
  both: {
    title: 'Both tokens are here',
    icon: Monitor,
    description:
      'The new token and one that has the realm keys are plugged into this machine. One guided flow does all three parts.',
  },
  ask: {
    title: 'This machine asks',
    icon: ArrowUpFromLine,
    description:
      'The new token is here, the other one elsewhere. Part 1: make the request file, and read its words out.',
  },
  grant: {
    title: 'This machine grants',
    icon: HandHelping,
    description:
      'A token with the realm keys is here, and a request file has come. Part 2: hear its words, write the grant file.',
  },
  accept: {
    title: 'This machine accepts',
    icon: ArrowDownToLine,
    description:
      'This machine asked earlier, and the grant file has come back. Part 3: hear its words, take the realm keys in.',
  },
};

export function SideChoice({
  value,
  onChange,
  hasRealm,
}: {
  readonly value: Side | undefined;
  readonly onChange: (side: Side) => void;
  /** A home without a realm has nothing to grant. */
  readonly hasRealm: boolean;
}) {
  const sides: readonly Side[] = hasRealm ? ['both', 'ask', 'grant', 'accept'] : ['ask', 'accept'];
  return (
    <RadioCards
      label="What is this machine’s part?"
      columns={2}
      value={value}
      onChange={onChange}
      cards={sides.map((id) => ({ id, ...CARDS[id] }))}
    />
  );
}
