import { chooseFiles, chooseFolder } from '../actions/import.ts';
import { AboutCaptures } from '../parts/AboutCaptures.tsx';
import { useView } from '../state/view.ts';
import { Dialog } from './Dialog.tsx';

function then(choose: () => void): void {
  useView.setState({ dialog: undefined });
  choose();
}

/** What can be imported, and the ways to choose it. */
export default function ImportDialog() {
  return (
    <Dialog title="Import tables" className="import">
      <p>
        Choose <b>tables.bin</b> or <b>tables.bin.gz</b>, best with the <b>meta.json</b> beside it, or a
        scenario that was saved as JSON. Files can also be dropped anywhere on the page. Nothing leaves this
        machine.
      </p>
      <p className="import-buttons">
        <button type="button" className="main" autoFocus onClick={() => then(chooseFiles)}>
          Choose files
        </button>
        <button type="button" onClick={() => then(chooseFolder)}>
          Choose a folder
        </button>
      </p>
      <section aria-label="What is a capture?">
        <h3>What is a capture?</h3>
        <AboutCaptures />
        <p className="dim">
          The text of /sys/kernel/debug/kernel_page_tables is none: it lists what is mapped, and the tables
          can’t be told from it.
        </p>
      </section>
    </Dialog>
  );
}
