import page from '../../docs/model.md?raw';
import type { Block } from '../text/document.ts';
import { blocksOf, inlinesOf } from '../text/document.ts';
import { Dialog } from './Dialog.tsx';

function Words({ text }: { readonly text: string }) {
  return inlinesOf(text).map((part, i) =>
    part.kind === 'code' ? (
      <code key={i}>{part.text}</code>
    ) : part.kind === 'strong' ? (
      <strong key={i}>{part.text}</strong>
    ) : (
      part.text
    ),
  );
}

function Piece({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <h3>
          <Words text={block.text} />
        </h3>
      );
    case 'paragraph':
      return (
        <p>
          <Words text={block.text} />
        </p>
      );
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Words text={item} />
            </li>
          ))}
        </ul>
      );
    case 'table':
      return (
        <div className="document-table" tabIndex={0} role="group" aria-label={block.head.join(', ')}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row) => (
                <tr key={row.join()}>
                  {row.map((cell, i) => (
                    <td key={i}>
                      <Words text={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
  }
}

/** docs/model.md: how far the simulation goes, and what vouches for it. */
export default function ModelDialog() {
  return (
    <Dialog title="What is modelled" className="document">
      {blocksOf(page)
        .slice(1)
        .map((block, i) => (
          <Piece key={i} block={block} />
        ))}
    </Dialog>
  );
}
