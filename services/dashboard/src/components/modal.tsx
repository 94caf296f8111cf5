import { Dialog } from 'radix-ui';
import { useRef, type ReactNode } from 'react';
import './overlays.css';

type Props = { title: string; closeText: string; isOpen: boolean; onClose: () => void; children: ReactNode };

/** A dialog that keeps the keyboard inside and gives it back to what opened it. */
export function Modal({ title, closeText, isOpen, onClose, children }: Props) {
  const opener = useRef<Element | null>(null);
  const giveBack = (event: Event): void => {
    event.preventDefault();
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="modal-shade" />
        <Dialog.Content
          className="modal"
          aria-describedby={undefined}
          onOpenAutoFocus={() => void (opener.current = document.activeElement)}
          onCloseAutoFocus={giveBack}
        >
          <div className="modal-head">
            <Dialog.Title>{title}</Dialog.Title>
            <Dialog.Close className="button">{closeText}</Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
