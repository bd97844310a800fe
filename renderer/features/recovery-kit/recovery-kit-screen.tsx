import { EmptyState } from '../../components/empty-state.tsx';
import { Screen } from '../../components/screen.tsx';

export function RecoveryKitScreen() {
  return (
    <Screen title="Recovery kit">
      <EmptyState title="Not built yet">This screen is not built yet.</EmptyState>
    </Screen>
  );
}
