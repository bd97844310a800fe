import { Screen } from '../../components/screen.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { ScreenProps } from '../../screens.tsx';
import { replaceParams } from '../../stores/navigation.ts';
import { Approvals } from './approvals.tsx';
import { Groups } from './groups.tsx';
import { Operators } from './operators.tsx';
import { Policies } from './policies.tsx';
import './access.css';

/** Who may do what (rules R62, R63): operators, groups, policies, and what waits for a second operator. */
export function AccessScreen({ params }: ScreenProps) {
  const waiting = useAnswer('approval.list', { state: 'REQUESTED', limit: 1000 });
  const count = waiting.answer?.data.length;
  return (
    <Screen
      title="Access"
      intro="Operators sign in; groups and policies decide every call. Operators and policies are this home’s own."
    >
      <Tabs
        label="Access"
        value={params['tab'] ?? 'operators'}
        onChange={(tab) => replaceParams({ tab })}
        tabs={[
          { id: 'operators', label: 'Operators', content: <Operators /> },
          { id: 'groups', label: 'Groups', content: <Groups /> },
          { id: 'policies', label: 'Policies', content: <Policies /> },
          {
            id: 'approvals',
            label: 'Approvals',
            content: <Approvals onDecided={waiting.reload} />,
            ...(count === undefined || count === 0 ? {} : { count }),
          },
        ]}
      />
    </Screen>
  );
}
