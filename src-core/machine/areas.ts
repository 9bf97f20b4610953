import type { U64 } from '../base/u64.ts';
import type { ChangeArea, FindArea } from '../step/op-area.ts';
import type { Touch } from './touch.ts';
import { NO_PLACES, TouchKind } from './touch.ts';

/** No word lies so high: physical addresses have at most 52 bits. */
const FIRST_PLACE = 2 ** 52;

/** Which vmalloc areas are there: all that a scenario has, but for those that one of its calls makes. */
export class Areas {
  private readonly absent: Set<string>;

  /** `absent`: where areas start that are not there to begin with. */
  constructor(absent: readonly U64[]) {
    this.absent = new Set(absent.map((addr) => addr.toHex()));
  }

  find({ addr }: FindArea): boolean {
    return !this.absent.has(addr.toHex());
  }

  /** Answers whether anything changed. */
  change({ addr, change }: ChangeArea): boolean {
    const text = addr.toHex();
    if (change === 'insert') return this.absent.delete(text);
    if (this.absent.has(text)) return false;
    this.absent.add(text);
    return true;
  }

  /** What such an op is to others: of different areas they leave each other alone. */
  touch(op: FindArea | ChangeArea): Touch {
    const kind = op.op === 'findArea' ? TouchKind.Read : TouchKind.Write;
    const page = op.addr.shr(12);
    const place = FIRST_PLACE + (page.hi & 0xf) * 2 ** 32 + (page.lo >>> 0);
    return { kind, place, page: 0, chain: NO_PLACES, also: NO_PLACES };
  }
}
