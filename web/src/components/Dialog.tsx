import { type ReactNode, useLayoutEffect, useRef } from 'react';

interface Props {
  label: string;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}

/** A dialog over the page: holds the keyboard while it is open, closes by Escape or a click beside it, and gives the focus back. */
export function Dialog({ label, onClose, className = '', children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the element goes: a dialog that is closed first gives the focus back to where it was.
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key
    <dialog
      ref={dialog}
      aria-label={label}
      className={`gh-dialog ${className}`}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="gh-dialog-body">{children}</div>
    </dialog>
  );
}
