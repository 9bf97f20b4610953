import { useImporting } from '../state/importing.ts';
import { closeNotice, useNotices } from '../state/notices.ts';
import { Icon } from './Icon.tsx';

/** What the person should know, one thing at a time, the latest first; and an import that takes its time. */
export function Notices() {
  const notices = useNotices((s) => s.notices);
  const notice = notices.at(-1);
  const importing = useImporting((s) => s.now);
  return (
    <div className="notices">
      {importing !== undefined && (
        <div className="notice" role="status">
          <p>Importing {importing.what} …</p>
          <progress value={importing.progress} max={1} aria-label="Import" />
          <button type="button" onClick={importing.cancel}>
            Cancel
          </button>
        </div>
      )}
      {notice !== undefined && (
        <div
          key={notice.id}
          className={`notice ${notice.tone}`}
          role={notice.tone === 'bad' ? 'alert' : 'status'}
        >
          <p>
            {notice.tone === 'bad' && <b className="is-bad">▲ </b>}
            {notice.text}
          </p>
          {notices.length > 1 && <span className="more">1 of {notices.length}</span>}
          {notice.action !== undefined && (
            <button
              type="button"
              onClick={() => {
                closeNotice(notice.id);
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button
            type="button"
            className="square quiet"
            onClick={() => closeNotice(notice.id)}
            aria-label="Close this notice"
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

/** Where files can be dropped: everywhere, and the page says so while they hover. */
export function DropZone() {
  const dragging = useImporting((s) => s.dragging);
  return dragging ? (
    <div className="drop-zone" role="status">
      <p>
        Drop <b>tables.bin</b> or <b>tables.bin.gz</b> with its <b>meta.json</b>, or the whole folder. Nothing
        leaves this machine.
      </p>
    </div>
  ) : null;
}
