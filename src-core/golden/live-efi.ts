import { hwEntries, levelName, slotVa } from '../arch/geometry.ts';
import { outputAddress, table as isTable } from '../arch/arm64/entry.ts';
import { describeProblem } from '../base/result.ts';
import { U64 } from '../base/u64.ts';
import type { EfiLog, EfiLogRegion } from '../import/efi-log.ts';
import { parseEfiLog } from '../import/efi-log.ts';
import { PhysicalMemory } from '../memory/physical.ts';
import type { TablePage } from '../memory/page.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Run } from '../scenario/run.ts';
import type { Result } from '../base/result.ts';
import type { Scenario, ScenarioEfiRegion } from '../scenario/schema.ts';
import { SCENARIO_FORMAT, SCENARIO_VERSION } from '../scenario/schema.ts';
import type { World } from '../scenario/world.ts';
import { CAPTURED_REVISION } from './live-capture.ts';

const asScenario = ({ type, phys, pages, attr }: EfiLogRegion): ScenarioEfiRegion => ({
  type,
  phys: phys.toHex(),
  pages,
  attr: attr.toHex(),
});

/** The firmware's regions of a kernel log as a scenario's `efi_virtmap_init` takes them. */
export function efiCall(
  log: EfiLog,
): Extract<Scenario['contexts'][number]['calls'][number], { fn: 'efi_virtmap_init' }> {
  return {
    fn: 'efi_virtmap_init',
    regions: log.map.map(asScenario),
    attributes: log.attributes.map(asScenario),
  };
}

/** A world with the roots of a captured one, and nothing in them. */
function emptied(world: World): World {
  const memory = new PhysicalMemory();
  for (const { name, pgd, base } of world.mms)
    memory.add(pgd, world.geo.rootHw, name, base, hwEntries(world.geo, world.geo.rootHw));
  return { ...world, memory };
}

/** Builds efi_mm anew from the regions of the kernel log, at the captured revision. */
export function rebuildEfi(world: World, log: EfiLog, revision = CAPTURED_REVISION): Result<Run> {
  const scenario: Scenario = {
    format: SCENARIO_FORMAT,
    version: SCENARIO_VERSION,
    title: 'efi_mm from the EFI memory map',
    revision,
    memory: { capture: 'live' },
    contexts: [{ cpu: 0, calls: [efiCall(log)] }],
  };
  return runScenario(scenario, emptied(world), { fold: 'always' });
}

/** `checkEfi` on the text of a kernel log. */
export function checkEfiLog(world: World, text: string): string | undefined {
  return checkEfi(world, parseEfiLog(text));
}

/**
 * Rebuilds efi_mm and compares it with the captured tables, entry for entry; the addresses of tables aside. Undefined if they are the
 * same, else the first difference.
 */
export function checkEfi(world: World, log: EfiLog): string | undefined {
  const efi = world.mms.find((m) => m.name === 'efi_mm');
  if (efi === undefined) return 'the capture has no efi_mm';
  if (log.map.length === 0) return 'the kernel log has no EFI memory map (efi=debug)';
  const run = rebuildEfi(world, log);
  if (!run.ok) return describeProblem(run.error);
  if (run.value.cutAt !== undefined) return `more than ${run.value.cutAt} steps`;
  if (run.value.results[0]?.rets[0] !== 1) return 'efi_virtmap_init() gives up';
  const playback = run.value.playback();
  playback.seek(run.value.steps.length);
  const ours = playback.memory.page(efi.pgd);
  const theirs = world.memory.page(efi.pgd);
  if (ours === undefined || theirs === undefined) return 'efi_mm has no root table';
  return difference(world, [ours, playback.memory], [theirs, world.memory], U64.ZERO);
}

type Side = readonly [page: TablePage, memory: PhysicalMemory];

function difference(world: World, ours: Side, theirs: Side, va: U64): string | undefined {
  const { geo } = world;
  const [mine, yours] = [ours[0], theirs[0]];
  for (let i = 0; i < yours.entries; i++) {
    const [a, b] = [mine.get(i), yours.get(i)];
    const at = slotVa(geo, mine.hw, va, i);
    const where = `${levelName(geo, mine.hw)} entry of ${at.toHex()}`;
    if (mine.hw === 3 || !isTable(a) || !isTable(b)) {
      if (!a.eq(b)) return `${where}: ${a.toHex()}, the live kernel ${b.toHex()}`;
      continue;
    }
    const [pa, pb] = [outputAddress(geo, a), outputAddress(geo, b)];
    const [bitsA, bitsB] = [a.sub(U64.from(pa)), b.sub(U64.from(pb))];
    if (!bitsA.eq(bitsB)) return `${where}: table bits ${bitsA.toHex()}, the live kernel ${bitsB.toHex()}`;
    const [nextA, nextB] = [ours[1].page(pa), theirs[1].page(pb)];
    if (nextA === undefined || nextB === undefined) return `${where}: leads to no table`;
    const found = difference(world, [nextA, ours[1]], [nextB, theirs[1]], at);
    if (found !== undefined) return found;
  }
  return undefined;
}
