import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { Icon } from '../parts/Icon.tsx';
import { useView } from '../state/view.ts';

function close(): void {
  useView.setState({ dialog: undefined });
}

/** A modal dialog: the browser's own, so that focus and Escape work as people expect. A click beside it closes it. */
export function Dialog({
  title,
  className,
  children,
}: {
  readonly title: string;
  readonly className: string;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={className}
      aria-label={title}
      onClose={close}
      onClick={(event) => {
        if (event.target === ref.current) close();
      }}
    >
      <div className="dialog-body">
        <header>
          <h2>{title}</h2>
          <button type="button" className="square quiet" onClick={close} aria-label="Close">
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
