import { useState } from 'react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { X } from 'lucide-react';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import { toErrorDocument } from '../client.ts';
import { Button, IconButton } from './button.tsx';
import { ChangeError } from './change-error.tsx';
import { ErrorNotice } from './notice.tsx';
import { TextField } from './text-field.tsx';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the foot. */
  readonly actions?: ReactNode;
  readonly size?: 'small' | 'normal' | 'large';
  readonly role?: 'dialog' | 'alertdialog';
}

/** Keeps the focus inside while it is open; Escape closes it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  children,
  actions,
  size = 'normal',
  role = 'dialog',
}: DialogProps) {
  return (
    <ModalOverlay
      className="modal-overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={role === 'dialog'}
    >
      <Modal className="modal" data-size={size}>
        <AriaDialog className="dialog" role={role}>
          <header className="dialog-header">
            <Heading slot="title" level={2} className="dialog-title">
              {title}
            </Heading>
            <IconButton icon={X} label="Close" size="small" onPress={onClose} />
          </header>
          <div className="dialog-body">{children}</div>
          {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What will happen, in sentences. */
  readonly children: ReactNode;
  /** The verb: `Schedule deletion`. */
  readonly confirmLabel: string;
  /** Closes the dialog when it is done; what it throws is shown in the dialog. Return false to stay without an error. */
  readonly onConfirm: () => unknown;
  readonly isDanger?: boolean;
  /** The confirming button works only once this name was typed. */
  readonly nameToType?: string;
  readonly isConfirmDisabled?: boolean;
  /** For changes that pass an etag: loads again what is shown. Closes the dialog. */
  readonly onReload?: () => void;
}

export function ConfirmDialog({ isOpen, ...props }: ConfirmDialogProps) {
  // Made anew each time it opens, so that nothing typed is left from before.
  return isOpen ? <OpenConfirmDialog {...props} /> : null;
}

function OpenConfirmDialog({
  title,
  onClose,
  children,
  confirmLabel,
  onConfirm,
  isDanger = false,
  nameToType,
  isConfirmDisabled = false,
  onReload,
}: Omit<ConfirmDialogProps, 'isOpen'>) {
  const [typed, setTyped] = useState('');
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDocument>();
  const isNamed = nameToType === undefined || typed === nameToType;

  async function confirm(): Promise<void> {
    setPending(true);
    setError(undefined);
    try {
      if ((await onConfirm()) === false) setPending(false);
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
      role="alertdialog"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button
            variant={isDanger ? 'danger' : 'primary'}
            isDisabled={!isNamed || isConfirmDisabled}
            isPending={isPending}
            onPress={() => void confirm()}
          >
            {confirmLabel}
          </Button>
        </>
      }
    >
      {children}
      {nameToType !== undefined && (
        <TextField
          label={`Type ${nameToType} to confirm`}
          value={typed}
          onChange={setTyped}
          isCode
          autoFocus
        />
      )}
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
