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
        Choose <b>tables.bin</b> or <b>tables.bin.gz</b>, best with the <b>meta.json</b> beside it; or the
        text of an arm64 kernel’s <b>kernel_page_tables</b>, with <b>efi_page_tables</b> if you have it; or a
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
      </section>
      <section aria-label="What is rebuilt from a text?">
        <h3>What is rebuilt from a text?</h3>
        <p>
          <code>cat /sys/kernel/debug/kernel_page_tables</code> needs root and CONFIG_PTDUMP_DEBUGFS. The text
          tells every level, size, permission and hole, so the tables are as the kernel’s. It has no physical
          addresses: those are made up, and what a change in vmalloc’s area does to the same memory in the
          linear map is not shown.
        </p>
      </section>
    </Dialog>
  );
}
