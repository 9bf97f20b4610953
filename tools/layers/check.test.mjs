import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { check, format, read, readLayers } from './check.mjs';

const layers = readLayers();
/** @type {string[]} */
const folders = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Checks a project made of the given files. @param {Record<string, string>} files */
function checkFiles(files) {
  const root = mkdtempSync(join(tmpdir(), 'layers-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return check(root, layers).violations;
}

/** What is objected to in one file, beside others that are empty. @param {string} file @param {string} text */
const objections = (file, text) =>
  checkFiles({ [file]: text }).map(({ what, because }) => ({ what, because }));

const rooms = Object.entries(layers.rooms);

describe('every pair of rooms', () => {
  for (const [from, room] of rooms) {
    it(`${from} may import ${room.may.join(', ') || 'nothing'}, and no other room`, () => {
      for (const [to] of rooms) {
        if (from === to) continue;
        const may = room.may.includes('*') || room.may.includes(to);
        const mayTypes = may || room.typesOf?.includes(to) === true;
        const file = `src-core/${from}/a.ts`;
        const value = objections(file, `import { b } from '../${to}/b.ts';`);
        const type = objections(file, `import type { B } from '../${to}/b.ts';`);
        expect(value, to).toHaveLength(may ? 0 : 1);
        expect(type, to).toHaveLength(mayTypes ? 0 : 1);
        if (!may) expect(value[0]?.because).toContain(room.because);
      }
    });
  }
});

describe('the order of the rooms', () => {
  it('has no circle', () => {
    /** @param {string} name @param {string[]} above */
    const visit = (name, above) => {
      expect(above).not.toContain(name);
      const room = layers.rooms[name];
      const below = [...(room?.may ?? []), ...(room?.typesOf ?? [])];
      for (const next of below) if (next in layers.rooms) visit(next, [...above, name]);
    };
    for (const [name] of rooms) visit(name, []);
  });

  it('names only rooms that exist', () => {
    for (const [, room] of rooms) {
      for (const name of [...room.may, ...(room.typesOf ?? [])]) {
        expect(['*', 'door', ...Object.keys(layers.rooms)]).toContain(name);
      }
      expect(room.because).not.toBe('');
    }
  });

  it('keeps kernel functions away from memory, locks and the machine', () => {
    for (const room of ['memory', 'machine', 'tlb', 'explore', 'scenario']) {
      expect(
        objections('src-core/kernel/mm/pagewalk.ts', `import { x } from '../../${room}/x.ts';`),
      ).toHaveLength(1);
    }
    const lock = `import { type Lock } from '../../sync/lock.ts';`;
    expect(objections('src-core/kernel/mm/pagewalk.ts', lock)).toEqual([]);
    const taken = objections('src-core/kernel/mm/pagewalk.ts', lock.replace('type Lock', 'type Lock, take'));
    expect(taken[0]?.because).toContain('only types may be imported');
  });
});

describe('the door', () => {
  it('may import every room but those that need Node.js', () => {
    for (const [name] of rooms) {
      const found = objections('src-core/index.ts', `export * from './${name}/x.ts';`);
      expect(found).toHaveLength(layers.doorMayNot.rooms.includes(name) ? 1 : 0);
    }
  });

  it('is all that cli and the page may import of the engine', () => {
    expect(objections('src-core/cli/main.ts', `import { run } from '../index.ts';`)).toEqual([]);
    expect(objections('src-core/cli/main.ts', `import { run } from '../machine/run.ts';`)).toHaveLength(1);
    expect(objections('web/App.tsx', `import { run } from '../src-core/index.ts';`)).toEqual([]);
    expect(objections('web/App.tsx', `import type { Step } from '../src-core/step/step.ts';`)).toHaveLength(
      1,
    );
    expect(objections('web/App.tsx', `import { x } from './x.ts'; import './app.css';`)).toEqual([]);
  });

  it('is closed to the rooms behind it', () => {
    expect(objections('src-core/machine/run.ts', `import { x } from '../index.ts';`)).toHaveLength(1);
  });
});

describe('packages', () => {
  it('keeps the engine free of frameworks, the page and Node.js', () => {
    for (const specifier of [
      'react',
      'react-dom/client',
      'zustand',
      'd3',
      'node:fs',
      'fs',
      '../../web/App.tsx',
    ]) {
      const found = objections('src-core/machine/run.ts', `import x from '${specifier}';`);
      expect(found, specifier).toEqual([{ what: `imports ${specifier}`, because: layers.engineBecause }]);
    }
  });

  it('gives Node.js to cli and bench alone', () => {
    for (const [name, room] of rooms) {
      const found = objections(`src-core/${name}/a.ts`, `import { readFileSync } from 'node:fs';`);
      expect(found).toHaveLength(room.builtins ? 0 : 1);
    }
  });

  it('gives the page its few packages and no other', () => {
    expect(objections('web/App.tsx', `import 'd3'; import 'react/jsx-runtime';`)).toEqual([]);
    expect(objections('web/App.tsx', `import 'lodash';`)).toHaveLength(1);
    expect(objections('web/App.tsx', `import 'node:fs';`)).toHaveLength(1);
  });
});

describe('places', () => {
  it('wants every file of the engine in a known room', () => {
    expect(objections('src-core/helper.ts', '')).toHaveLength(1);
    expect(objections('src-core/utils/helper.ts', '')).toHaveLength(1);
    expect(objections('src-core/base/helper.ts', '')).toEqual([]);
  });

  it('lets tests import anything, and nothing import a test', () => {
    const text = `import { x } from '../machine/x.ts'; import fs from 'node:fs';`;
    expect(objections('src-core/base/u64.test.ts', text)).toEqual([]);
    expect(objections('src-core/base/testing/samples.ts', text)).toEqual([]);
    expect(objections('src-core/base/u64.ts', `import { x } from './u64.test.ts';`)).toHaveLength(1);
    expect(objections('src-core/base/u64.ts', `import { x } from './testing/x.ts';`)).toHaveLength(1);
  });
});

describe('circles', () => {
  it('finds one inside a room, and shows the way round', () => {
    const found = checkFiles({
      'src-core/base/a.ts': `import { b } from './b.ts';`,
      'src-core/base/b.ts': `export { c } from './c.ts';`,
      'src-core/base/c.ts': `const later = () => import('./a.ts');`,
    });
    expect(found).toHaveLength(1);
    expect(found[0]?.what).toContain(
      'src-core/base/a.ts → src-core/base/b.ts → src-core/base/c.ts → src-core/base/a.ts',
    );
  });

  it('finds one across rooms even where each import alone is allowed for types', () => {
    const found = checkFiles({
      'web/a.ts': `import { b } from './panels/b.ts';`,
      'web/panels/b.ts': `import { a } from '../a.ts';`,
    });
    expect(found).toHaveLength(1);
  });

  it('lets types go round inside a room, not across', () => {
    const inside = checkFiles({
      'src-core/step/op.ts': `import type { Step } from './step.ts';`,
      'src-core/step/step.ts': `import { op } from './op.ts';`,
    });
    expect(inside).toEqual([]);
    const across = checkFiles({
      'src-core/base/a.ts': `import type { Geometry } from '../arch/geometry.ts';`,
      'src-core/arch/geometry.ts': `import { a } from '../base/a.ts';`,
    });
    expect(across.map(({ because }) => because)).toEqual([layers.rooms.base?.because, layers.cycles.because]);
  });

  it('finds a file that imports itself', () => {
    expect(checkFiles({ 'web/a.ts': `import { a } from './a.ts';` })).toHaveLength(1);
  });
});

describe('revision ids', () => {
  const comparisons = [
    `if (revision.id === 'v7.3') f();`,
    `if (world.revision.id !== other) f();`,
    `if (a?.fromRevision?.id === b) f();`,
    `if (id >= 'v6.12') f();`,
    `if (revisionId === chosen) f();`,
    `if (options.revisionId === chosen) f();`,
    `switch (id) { case 'v7.3-rc1': f(); }`,
    `if (revision.id.startsWith('v6.')) f();`,
    `if (['v6.1', 'v6.6'].includes(id)) f();`,
  ];
  for (const text of comparisons) {
    it(`are not compared outside revision/: ${text}`, () => {
      const found = objections('src-core/kernel/mm/memory.ts', text);
      expect(found).toHaveLength(1);
      expect(found[0]?.because).toBe(layers.revisionIds.because);
      expect(objections('src-core/revision/rules.ts', text)).toEqual([]);
      expect(objections('src-core/scenario/library/s0.ts', text)).toEqual([]);
      expect(objections('src-core/kernel/mm/memory.test.ts', text)).toEqual([]);
    });
  }

  it('may be passed on, named and printed', () => {
    const text = `
      const row = { revision: 'v7.3' };
      print(revision.id);
      if (step.id === other.id) f();
      if (kind === 'vma') f();
      // revision.id === 'v7.3'
      const words = "revision.id === 'v7.3'";
    `;
    expect(objections('src-core/kernel/mm/memory.ts', text)).toEqual([]);
  });
});

describe('reading imports', () => {
  it('sees every way to import, with its line, and whether it is types alone', () => {
    const text = [
      `import a from './a.ts';`,
      `import type { B } from './b.ts';`,
      `import { type C, type D } from './c.ts';`,
      `import { type E, f } from './e.ts';`,
      `import './side.ts';`,
      `export { g } from './g.ts';`,
      `export type { H } from './h.ts';`,
      `export * from './i.ts';`,
      `const j = await import('./j.ts');`,
      `type K = import('./k.ts').K;`,
      `const l = new Worker(new URL('./l.ts', import.meta.url), { type: 'module' });`,
      'const m = import(`./m.ts`);',
      `export { n };`,
      `new URL('./page', location.href);`,
    ].join('\n');
    const { imports } = read('x.ts', text);
    expect(
      imports.map(({ specifier, typeOnly, line }) => `${line} ${specifier}${typeOnly ? ' types' : ''}`),
    ).toEqual([
      '1 ./a.ts',
      '2 ./b.ts types',
      '3 ./c.ts types',
      '4 ./e.ts',
      '5 ./side.ts',
      '6 ./g.ts',
      '7 ./h.ts types',
      '8 ./i.ts',
      '9 ./j.ts',
      '10 ./k.ts types',
      '11 ./l.ts',
      '12 ./m.ts',
    ]);
  });

  it('is not misled by comments, strings and JSX text', () => {
    const text = `
      // import x from './no.ts';
      /* export * from './no.ts'; */
      const s = "import y from './no.ts'";
      const r = /import '.\\/no.ts'/;
      const e = <p>Don't import {'{'} from './no.ts'</p>;
      import yes from './yes.ts';
    `;
    expect(read('x.tsx', text).imports.map(({ specifier }) => specifier)).toEqual(['./yes.ts']);
  });

  it('objects to a file that does not parse', () => {
    expect(objections('web/broken.ts', 'import from')[0]?.what).toBe('does not parse');
  });
});

it('prints the file, the line, the import and the reason', () => {
  const [violation] = checkFiles({ 'src-core/base/a.ts': `\nimport { x } from '../arch/x.ts';` });
  expect(violation && format(violation)).toBe(
    `src-core/base/a.ts:2  imports ../arch/x.ts\n    because ${layers.rooms.base?.because}`,
  );
});
