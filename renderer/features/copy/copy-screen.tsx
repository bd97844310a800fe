import { EmptyState } from '../../components/empty-state.tsx';
import { Screen } from '../../components/screen.tsx';

export function CopyScreen() {
  return (
    <Screen title="Copy a backup">
      <EmptyState title="Not built yet">This screen is not built yet.</EmptyState>
    </Screen>
  );
}
