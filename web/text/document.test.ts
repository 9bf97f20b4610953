import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf, inlinesOf } from './document.ts';

describe('documents', () => {
  it('are headings, paragraphs, lists and tables', () => {
    const text =
      '# A\n\nOne `two`\nthree.\n\n<!-- mark -->\n\n- x;\n- y.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n';
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', level: 1, text: 'A' },
      { kind: 'paragraph', text: 'One `two` three.' },
      { kind: 'list', items: ['x;', 'y.'] },
      { kind: 'table', head: ['a', 'b'], rows: [['1', '2']] },
    ]);
    expect(inlinesOf('One `two` and **three**, see [four](x.md).')).toEqual([
      { kind: 'plain', text: 'One ' },
      { kind: 'code', text: 'two' },
      { kind: 'plain', text: ' and ' },
      { kind: 'strong', text: 'three' },
      { kind: 'plain', text: ', see four.' },
    ]);
  });

  it('of what is modelled: nothing of it is lost', () => {
    const page = readFileSync(new URL('../../docs/model.md', import.meta.url), 'utf8');
    const blocks = blocksOf(page);
    expect(blocks[0]).toEqual({ kind: 'heading', level: 1, text: 'What is modelled' });
    for (const block of blocks) {
      if (block.kind === 'table')
        for (const row of block.rows) expect(row, row.join()).toHaveLength(block.head.length);
      else if (block.kind === 'paragraph') expect(block.text).not.toMatch(/^[#|-]/);
    }
    expect(blocks.filter((b) => b.kind === 'table')).toHaveLength(4);
  });
});
