/** A cache as its own documentation says to set it up, behind the calls that are compared. */
export interface Contestant {
  /** What it calls getOrLoad, getOrSet or wrap. */
  getOrLoad(key: string, load: () => Promise<unknown>): Promise<unknown>
  set(key: string, value: unknown, tags?: string[]): Promise<unknown>
  /** Many keys in the quickest way that it has. */
  getMany?(keys: string[]): Promise<unknown>
  invalidateTag?(tag: string): Promise<unknown>
  /** A synchronous read of memory. */
  peek?(key: string): unknown
}

export interface SetUp {
  /** Null: memory alone. */
  redisUrl: string | null
  /** What its memory tier may hold. */
  memoryEntries: number
  /** Whether entries carry tags: some must be told. */
  tags: boolean
}

export type Enter = (setUp: SetUp) => Promise<Contestant>

/** How long everybody keeps everything. */
export const ttlMs = 3_600_000
