import type { Geometry, LevelName, Step } from '../engine.ts';
import { levelName, lockWords, returnWords } from '../engine.ts';

/** `PMD[15]` by the table's hardware level, as ptdump names it. */
export function slotName(geo: Geometry, hw: number, idx: number): string {
  return `${levelName(geo, hw).toUpperCase()}[${idx}]`;
}

export function levelWord(level: LevelName): string {
  return level.toUpperCase();
}

/** A step in two or three words, for places without room for its sentence. */
export function shortStep(geo: Geometry, step: Step): string {
  switch (step.ev) {
    case 'load':
    case 'set': {
      const verb = step.ev === 'load' ? 'load' : 'store';
      const last = step.count === undefined ? '' : `–${step.idx + step.count - 1}`;
      return `${verb} ${levelName(geo, step.hw).toUpperCase()}[${step.idx}${last}]`;
    }
    case 'lock':
      return `lock ${lockWords(step.name)}`;
    case 'unlock':
      return `unlock ${lockWords(step.name)}`;
    case 'trylock':
      return `trylock ${lockWords(step.name)}`;
    case 'wait':
      return `wait for ${lockWords(step.name)}`;
    case 'downgrade':
      return `downgrade ${lockWords(step.name)}`;
    case 'gp':
      return `grace period ${step.phase}`;
    case 'dtor':
      return `destruct ${levelWord(step.level)} table`;
    case 'kmap':
      return step.on ? 'kmap' : 'kunmap';
    case 'hook':
      return `${step.does === 'protect' ? 'protect' : 'unprotect'} ${levelWord(step.level)} table`;
    case 'free':
      return `free ${levelWord(step.level)} table`;
    case 'cb':
      return `${step.level}_entry${step.count === undefined ? '' : ` ×${step.count}`}`;
    case 'hole':
      return 'pte_hole';
    case 'assert':
      return step.name;
    case 'call':
      return `call ${step.fn}`;
    case 'return':
      return `return ${returnWords(step.ret)}`;
    case 'test_walk':
    case 'pre_vma':
    case 'post_vma':
      return step.ev;
    case 'vmalock':
      return `${step.name} VMA ${step.vma}`;
    case 'vma':
      return `${step.change} VMA ${step.vma}`;
    case 'split_huge':
      return `split_huge_${step.level}`;
    case 'lazy':
      return `lazy MMU mode ${step.on ? 'on' : 'off'}`;
    case 'dsb':
    case 'isb':
      return step.ev.toUpperCase();
    case 'tlbi':
      return 'TLBI';
    case 'alloc':
      return `allocate ${levelWord(step.level)} table`;
    case 'ctor':
      return `construct ${levelWord(step.level)} table`;
    case 'area':
      return step.change === 'insert' ? 'insert area' : 'unlink area';
    case 'deposit':
      return step.withdrawn === true ? 'withdraw PTE table' : 'deposit PTE table';
    case 'unmap_aliases':
      return 'vm_unmap_aliases';
    case 'access':
      return step.kind === 'fetch' ? 'execute' : step.kind === 'store' ? 'write' : 'read';
    case 'switch_mm':
      return step.mm === null ? 'own mm again' : `switch to ${step.mm}`;
    case 'static_key':
      return `${step.name} ${step.on ? 'on' : 'off'}`;
    case 'stop_machine':
      return `stop_machine ${step.on ? 'on' : 'off'}`;
    case 'bad':
      return `bad ${step.level} entry`;
    case 'warn':
      return 'warning';
    case 'bug':
      return 'BUG';
    case 'violation':
      return 'violation';
  }
}
