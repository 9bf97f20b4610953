/**
 * Tables that were taken out of the tree and still belong to the context that did it: it may empty one, and put it back, while nobody
 * else may write there. That ends when the table is linked again, deposited, handed over to RCU, or when the call returns.
 */
export class Detached {
  private readonly owners = new Map<number, number>();

  /** The entry that led to the table was replaced by this context. */
  unlinked(table: number, ctx: number): void {
    this.owners.set(table, ctx);
  }

  /** An entry leads to it again, or it is on a list where others find it. */
  released(table: number): void {
    this.owners.delete(table);
  }

  /** The context has nothing of its own any more: what it took out waits for a grace period, or was forgotten. */
  gaveAll(ctx: number): void {
    for (const [table, owner] of this.owners) if (owner === ctx) this.owners.delete(table);
  }

  /** The context that a detached table belongs to; undefined: to nobody. */
  ownerOf(table: number): number | undefined {
    return this.owners.get(table);
  }
}
