import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { toErrorDocument } from '../client.ts';
import { Button } from './button.tsx';
import { ChangeError } from './change-error.tsx';
import { Dialog } from './dialog.tsx';
import { Loading } from './loading.tsx';
import { ErrorNotice } from './notice.tsx';

export interface FormDialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** The verb: `Create the key`. */
  readonly submitLabel: string;
  /**
   * Closes the dialog when it is done; what it throws is shown in the dialog, and what was typed stays. Return false to
   * stay without an error.
   */
  readonly onSubmit: () => unknown;
  readonly isSubmitDisabled?: boolean;
  /** For changes that pass an etag: loads again what the fields were filled from. Closes the dialog. */
  readonly onReload?: () => void;
  readonly size?: 'small' | 'normal' | 'large';
  /** Shown while it is sent: what is waited for. */
  readonly pendingWords?: string;
  readonly children: ReactNode;
}

/** Fields and the button that sends them; Enter in a field sends them too. Put it there only while it is open. */
export function FormDialog({
  title,
  onClose,
  submitLabel,
  onSubmit,
  isSubmitDisabled = false,
  onReload,
  size = 'normal',
  pendingWords,
  children,
}: FormDialogProps) {
  const form = useId();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDocument>();

  async function submit(): Promise<void> {
    if (isPending || isSubmitDisabled) return;
    setPending(true);
    setError(undefined);
    try {
      if ((await onSubmit()) === false) setPending(false);
      else onClose();
    } catch (thrown) {
      setError(toErrorDocument(thrown));
      setPending(false);
    }
  }

  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size={size}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            variant="primary"
            isDisabled={isSubmitDisabled}
            isPending={isPending}
            onPress={() => void submit()}
          >
            {submitLabel}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {children}
        {/* Enter in a field submits a form that has such a button; the one that is seen stands in the dialog's foot. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
      {isPending && pendingWords !== undefined && <Loading>{pendingWords}</Loading>}
      {error !== undefined &&
        (onReload === undefined ? (
          <ErrorNotice error={error} />
        ) : (
          <ChangeError
            error={error}
            onReload={() => {
              onReload();
              onClose();
            }}
          />
        ))}
    </Dialog>
  );
}
