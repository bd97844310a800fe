import { EmptyState } from '../../components/empty-state.tsx';
import { Screen } from '../../components/screen.tsx';

export function WorkRequestsScreen() {
  return (
    <Screen title="Work requests">
      <EmptyState title="Not built yet">This screen is not built yet.</EmptyState>
    </Screen>
  );
}
