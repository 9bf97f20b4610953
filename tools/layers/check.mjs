// Who may import whom. The rules and their reasons are data, in layers.json; this file reads the imports with a real
// parser (the one inside Vite) and holds them against the rules.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

/**
 * @typedef {{ may: string[], typesOf?: string[], packages?: string[], builtins?: boolean, because: string }} Room
 * @typedef {{
 *   engine: string, door: string, page: string, tests: string[],
 *   rooms: Record<string, Room>,
 *   doorMayNot: { rooms: string[], because: string },
 *   engineBecause: string,
 *   pageRule: { packages: string[], because: string },
 *   cycles: { because: string },
 *   revisionIds: { allowedIn: string[], because: string },
 * }} Layers
 * @typedef {{ specifier: string, typeOnly: boolean, line: number }} Import
 * @typedef {{ file: string, line: number, what: string, because: string }} Violation
 * @typedef {{ type: string, start: number, [key: string]: unknown }} Node
 */

const sourceFile = /\.(ts|tsx|mts|js|mjs|jsx)$/;
const builtins = new Set(builtinModules);

/** @param {string} path */
const isBuiltin = (path) => path.startsWith('node:') || builtins.has(path);

/** `d3/x` and `@scope/name/x` to the package's name. @param {string} specifier */
const packageName = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** @param {unknown} value @returns {value is Node} */
const isNode = (value) =>
  typeof value === 'object' && value !== null && typeof (/** @type {Node} */ (value).type) === 'string';

/** @param {unknown} value @param {(node: Node) => void} visit */
function walk(value, visit) {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
  } else if (isNode(value)) {
    visit(value);
    for (const child of Object.values(value)) if (typeof child === 'object') walk(child, visit);
  }
}

/** @param {unknown} node @returns {string | undefined} */
function stringValue(node) {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral') {
    const quasis = /** @type {{ value: { cooked: string } }[]} */ (node.quasis);
    return quasis.length === 1 ? quasis[0]?.value.cooked : undefined;
  }
  return undefined;
}

/**
 * The imports of a file, and the places where it compares a revision's id.
 * @param {string} file
 * @param {string} text
 */
export function read(file, text) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(errors[0]?.message);
  /** @type {Import[]} */
  const imports = [];
  /** @type {{ line: number, text: string }[]} */
  const comparisons = [];
  const lineOf = (/** @type {number} */ offset) => text.slice(0, offset).split('\n').length;
  const textOf = (/** @type {Node} */ node) =>
    text.slice(node.start, /** @type {number} */ (node.end)).replace(/\s+/g, ' ');
  /** @param {Node} node @param {unknown} source @param {boolean} typeOnly */
  const add = (node, source, typeOnly) => {
    const specifier = stringValue(source);
    if (specifier !== undefined) imports.push({ specifier, typeOnly, line: lineOf(node.start) });
  };

  walk(program, (node) => {
    switch (node.type) {
      case 'ImportDeclaration': {
        const specifiers = /** @type {Node[]} */ (node.specifiers);
        const allTypes =
          specifiers.length > 0 && specifiers.every((specifier) => specifier.importKind === 'type');
        return add(node, node.source, node.importKind === 'type' || allTypes);
      }
      case 'ExportNamedDeclaration': {
        const specifiers = /** @type {Node[]} */ (node.specifiers);
        const allTypes =
          specifiers.length > 0 && specifiers.every((specifier) => specifier.exportKind === 'type');
        return add(node, node.source, node.exportKind === 'type' || allTypes);
      }
      case 'ExportAllDeclaration':
        return add(node, node.source, node.exportKind === 'type');
      case 'ImportExpression':
        return add(node, node.source, false);
      case 'TSImportType':
        return add(node, node.source ?? node.argument, true);
      case 'NewExpression': {
        // new URL('./worker.ts', import.meta.url): how a worker is imported.
        const [first, second] = /** @type {Node[]} */ (node.arguments);
        const isUrl = isNode(node.callee) && node.callee.name === 'URL';
        if (isUrl && second && textOf(second) === 'import.meta.url' && stringValue(first)?.startsWith('.')) {
          add(node, first, false);
        }
        return;
      }
      case 'BinaryExpression':
        if (/^([!=]==?|[<>]=?)$/.test(String(node.operator)) && [node.left, node.right].some(isRevisionId)) {
          comparisons.push({ line: lineOf(node.start), text: textOf(node) });
        }
        return;
      case 'SwitchCase':
        if (isVersion(node.test)) {
          comparisons.push({ line: lineOf(node.start), text: `case ${stringValue(node.test)}` });
        }
        return;
      case 'CallExpression': {
        // revision.id.startsWith('v6.'), ['v6.1'].includes(id)
        const callee = node.callee;
        if (!isNode(callee) || callee.type !== 'MemberExpression' || !isNode(callee.property)) return;
        const compares = /^(startsWith|endsWith|includes|indexOf|localeCompare|has)$/;
        if (!compares.test(String(callee.property.name))) return;
        const list = isNode(callee.object) && callee.object.type === 'ArrayExpression';
        const held = list ? /** @type {unknown[]} */ (/** @type {Node} */ (callee.object).elements) : [];
        if ([callee.object, .../** @type {unknown[]} */ (node.arguments), ...held].some(isRevisionId)) {
          comparisons.push({ line: lineOf(node.start), text: textOf(node) });
        }
        return;
      }
    }
  });
  return { imports, comparisons };
}

/** 'v6.12', 'v7.3-rc1', 'v6.' @param {unknown} node */
const isVersion = (node) => /^v\d+\.(\d|$)/.test(stringValue(node) ?? '');

/** A version in quotes, `revision.id`, `world.revision.id`, `revisionId`. @param {unknown} node @returns {boolean} */
function isRevisionId(node) {
  if (!isNode(node)) return false;
  if (isVersion(node)) return true;
  if (node.type === 'Identifier') return /revisionid$/i.test(String(node.name));
  if (node.type === 'ChainExpression') return isRevisionId(node.expression);
  if (node.type !== 'MemberExpression' || node.computed === true || !isNode(node.property)) return false;
  if (/revisionid$/i.test(String(node.property.name))) return true;
  if (node.property.name !== 'id' || !isNode(node.object)) return false;
  const owner = node.object.type === 'MemberExpression' ? node.object.property : node.object;
  return isNode(owner) && /revision$/i.test(String(owner.name));
}

/** The files below `path`, with forward slashes. @param {string} root @param {string} path @returns {string[]} */
function filesBelow(root, path) {
  const dir = join(root, path);
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sourceFile.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/**
 * The violations of the rules in a project's folder.
 * @param {string} root
 * @param {Layers} layers
 * @returns {{ files: number, imports: number, violations: Violation[] }}
 */
export function check(root, layers) {
  /** @type {Violation[]} */
  const violations = [];
  const isTest = (/** @type {string} */ file) =>
    layers.tests.some((mark) => (mark.endsWith('/') ? `/${file}`.includes(mark) : file.endsWith(mark)));
  const files = [...filesBelow(root, layers.engine), ...filesBelow(root, layers.page)].filter(
    (file) => !isTest(file),
  );
  const known = new Set(files);
  const roomNames = Object.keys(layers.rooms);

  /** 'page', 'door', a room's name, or undefined. @param {string} file */
  const placeOf = (file) => {
    if (file === layers.door) return 'door';
    if (file.startsWith(`${layers.page}/`)) return 'page';
    if (!file.startsWith(`${layers.engine}/`)) return undefined;
    const [room = '', ...rest] = file.slice(layers.engine.length + 1).split('/');
    return rest.length > 0 ? room : '';
  };

  /** @typedef {{ to: string, line: number, typeOnly: boolean }} Edge */
  /** @type {Map<string, Edge[]>} */
  const graph = new Map();
  let count = 0;

  for (const file of files) {
    const place = placeOf(file);
    /** @param {number} line @param {string} what @param {string} because */
    const object = (line, what, because) => violations.push({ file, line, what, because });
    /** @type {ReturnType<typeof read>} */
    let found;
    try {
      found = read(file, readFileSync(join(root, file), 'utf8'));
    } catch (error) {
      object(1, 'does not parse', error instanceof Error ? error.message : String(error));
      continue;
    }
    const { imports, comparisons } = found;
    count += imports.length;

    if (place !== 'page' && place !== 'door' && !roomNames.includes(place ?? '')) {
      const where = place === '' ? `lies in ${layers.engine}/ itself` : `is in no known room (${place})`;
      object(1, `this file ${where}`, 'every file of the engine belongs to a room of layers.json');
      continue;
    }

    if (place !== 'page' && !layers.revisionIds.allowedIn.some((prefix) => file.startsWith(prefix))) {
      for (const { line, text } of comparisons) {
        object(line, `compares a revision's id: ${text}`, layers.revisionIds.because);
      }
    }

    /** @type {Edge[]} */
    const edges = [];
    graph.set(file, edges);
    for (const { specifier, typeOnly, line } of imports) {
      const what = `${typeOnly ? 'imports types from' : 'imports'} ${specifier}`;
      if (!specifier.startsWith('.') && !specifier.startsWith('/')) {
        const complaint = objectionToPackage(place, specifier);
        if (complaint !== undefined) object(line, what, complaint);
        continue;
      }
      const bare = specifier.replace(/[?#].*$/, '');
      const to = bare.startsWith('/')
        ? bare.slice(1)
        : posix.normalize(posix.join(posix.dirname(file), bare));
      if (known.has(to)) edges.push({ to, line, typeOnly });
      const complaint = objectionToFile(place, to, typeOnly);
      if (complaint !== undefined) object(line, what, complaint);
    }
  }

  /** @param {string | undefined} place @param {string} specifier @returns {string | undefined} */
  function objectionToPackage(place, specifier) {
    if (place === 'page') {
      if (isBuiltin(specifier)) return 'there is no Node.js in a page';
      if (layers.pageRule.packages.includes(packageName(specifier))) return undefined;
      return `the page is built from ${layers.pageRule.packages.join(', ')} and no other package`;
    }
    const room = layers.rooms[place ?? ''];
    if (isBuiltin(specifier)) return room?.builtins ? undefined : layers.engineBecause;
    return room?.packages?.includes(packageName(specifier)) ? undefined : layers.engineBecause;
  }

  /** @param {string | undefined} place @param {string} to @param {boolean} typeOnly @returns {string | undefined} */
  function objectionToFile(place, to, typeOnly) {
    const target = placeOf(to);
    if (isTest(to)) return 'a test is nobody’s dependency';
    if (place === 'page') {
      return target === 'page' || target === 'door' || !to.startsWith(`${layers.engine}/`)
        ? undefined
        : layers.pageRule.because;
    }
    if (target === 'page') return layers.engineBecause;
    if (target === undefined) {
      return layers.rooms[place ?? '']?.builtins || to.startsWith('public/') || to === 'package.json'
        ? undefined
        : `${to} lies outside the engine`;
    }
    if (place === 'door') {
      return layers.doorMayNot.rooms.includes(target) ? layers.doorMayNot.because : undefined;
    }
    if (target === place) return undefined;
    const room = layers.rooms[place ?? ''];
    if (!room || room.may.includes('*') || room.may.includes(target)) return undefined;
    if (room.typesOf?.includes(target)) {
      return typeOnly ? undefined : `of ${target} only types may be imported: ${room.because}`;
    }
    return room.because;
  }

  for (const chain of cycles(graph, placeOf)) {
    const [first = ''] = chain;
    const line = graph.get(first)?.find(({ to }) => to === chain[1])?.line ?? 1;
    violations.push({
      file: first,
      line,
      what: `imports itself through others: ${chain.join(' → ')}`,
      because: layers.cycles.because,
    });
  }
  return { files: files.length, imports: count, violations };
}

/**
 * One shortest circle for each knot of files. Types may go in circles inside a room: they are gone at run time.
 * @param {Map<string, { to: string, line: number, typeOnly: boolean }[]>} graph
 * @param {(file: string) => string | undefined} placeOf
 * @returns {string[][]}
 */
function cycles(graph, placeOf) {
  /** @param {string} file */
  const next = (file) =>
    (graph.get(file) ?? [])
      .filter(({ to, typeOnly }) => !(typeOnly && placeOf(to) === placeOf(file)))
      .map(({ to }) => to);
  /** @type {string[][]} */
  const found = [];
  const reported = new Set();
  for (const start of graph.keys()) {
    if (reported.has(start)) continue;
    const circle = shortestWayBack(start, next);
    if (!circle) continue;
    found.push(circle);
    for (const file of circle) reported.add(file);
  }
  return found;
}

/** @param {string} start @param {(file: string) => string[]} next @returns {string[] | undefined} */
function shortestWayBack(start, next) {
  /** @type {Map<string, string>} */
  const cameFrom = new Map();
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const to of next(file)) {
      if (to === start) {
        const way = [start];
        for (let at = file; at !== start; at = cameFrom.get(at) ?? start) way.unshift(at);
        return [start, ...way];
      }
      if (!cameFrom.has(to)) {
        cameFrom.set(to, file);
        queue.push(to);
      }
    }
  }
  return undefined;
}

/** @param {Violation} violation */
export const format = ({ file, line, what, because }) => `${file}:${line}  ${what}\n    because ${because}`;

/** @returns {Layers} */
export const readLayers = () => JSON.parse(readFileSync(new URL('layers.json', import.meta.url), 'utf8'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const { files, imports, violations } = check(root, readLayers());
  for (const violation of violations) console.log(format(violation));
  if (files === 0) console.log('no files were found to check');
  console.log(`${imports} imports of ${files} files, ${violations.length} against the rules`);
  process.exitCode = violations.length === 0 && files > 0 ? 0 : 1;
}
