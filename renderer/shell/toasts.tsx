import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '../components/button.tsx';
import { dismissToast, useAnnouncements } from '../stores/announcements.ts';
import type { Toast } from '../stores/announcements.ts';

const ICONS = { info: Info, success: CircleCheck, warning: TriangleAlert, error: CircleAlert } as const;
const SHOWN_FOR = 6_000;

/** Short messages in a corner, and the live region that screen readers listen to. */
export function Toasts() {
  const { spoken, toasts } = useAnnouncements();
  return (
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {spoken}
      </div>
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <ShownToast key={toast.id} toast={toast} />
        ))}
      </div>
    </>
  );
}

function ShownToast({ toast: { id, tone, message } }: { readonly toast: Toast }) {
  const [isHeld, hold] = useState(false);
  useEffect(() => {
    // An error stays until it is read; and nothing goes away under the pointer.
    if (isHeld || tone === 'error') return;
    const timer = setTimeout(() => dismissToast(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [id, tone, isHeld]);
  const Icon = ICONS[tone];
  return (
    <div
      className="toast"
      data-tone={tone}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
    >
      <Icon aria-hidden className="icon" />
      <span>{message}</span>
      <IconButton icon={X} label="Dismiss" size="small" onPress={() => dismissToast(id)} />
    </div>
  );
}
