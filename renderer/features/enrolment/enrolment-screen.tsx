import { EmptyState } from '../../components/empty-state.tsx';
import { Screen } from '../../components/screen.tsx';

export function EnrolmentScreen() {
  return (
    <Screen title="Enrol a region">
      <EmptyState title="Not built yet">This screen is not built yet.</EmptyState>
    </Screen>
  );
}
