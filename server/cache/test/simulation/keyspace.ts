/** Fields and values of a hash, members and scores of a sorted set, members of a set. Never modified in place. */
type Fields = ReadonlyMap<string, string | number>

interface Item {
  /** Strings hold one byte in each character. */
  value: string | Fields
  /** Milliseconds of the server's clock; Infinity: never. */
  expiresAt: number
}

/** A write that Redis refuses, in its own words. */
export class Refusal extends Error {}

const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value'

/**
 * The keys of one simulated Redis. Names and values are byte strings. Every change is told to `changed` and can be
 * taken back, a command at a time.
 */
export function createKeyspace(clock: () => number, changed: (key: string) => void) {
  const items = new Map<string, Item>()
  let journal: { key: string; before: Item | undefined }[][] = []
  let full = false

  function put(key: string, item: Item | undefined): void {
    journal.at(-1)?.push({ key, before: items.get(key) })
    if (item === undefined) items.delete(key)
    else items.set(key, item)
    changed(key)
  }

  /** What lives there now; what has expired goes at the first sight of it. */
  function look(key: string): Item | undefined {
    const item = items.get(key)
    if (item === undefined || item.expiresAt > clock()) return item
    put(key, undefined)
    return undefined
  }

  function grow(): void {
    if (full) throw new Refusal("OOM command not allowed when used memory > 'maxmemory'.")
  }

  function fields(key: string): Fields {
    const item = look(key)
    if (item === undefined) return new Map()
    if (typeof item.value === 'string') throw new Refusal(wrongType)
    return item.value
  }

  function change(key: string, value: Fields): void {
    put(key, value.size === 0 ? undefined : { value, expiresAt: items.get(key)?.expiresAt ?? Infinity })
  }

  const space = {
    /** Marks where a command begins: what `lose` counts. */
    command: () => void journal.push([]),
    /** Makes every write that needs memory fail. */
    setFull: (now: boolean) => void (full = now),
    isFull: () => full,
    has: (key: string) => look(key) !== undefined,
    get(key: string): string | undefined {
      const item = look(key)
      if (item !== undefined && typeof item.value !== 'string') throw new Refusal(wrongType)
      return item?.value as string | undefined
    },
    /** `ms`: how long it lives; null: for ever. */
    set(key: string, value: string, ms: string | null): void {
      grow()
      put(key, { value, expiresAt: ms === null ? Infinity : clock() + lifetime(ms) })
    },
    del(key: string): number {
      if (look(key) === undefined) return 0
      put(key, undefined)
      return 1
    },
    pexpire(key: string, ms: string): number {
      const item = look(key)
      if (item === undefined) return 0
      put(key, { ...item, expiresAt: clock() + lifetime(ms) })
      return 1
    },
    pttl(key: string): number {
      const item = look(key)
      if (item === undefined) return -2
      return item.expiresAt === Infinity ? -1 : item.expiresAt - clock()
    },
    hget: (key: string, field: string) => fields(key).get(field) as string | undefined,
    hset(key: string, pairs: Record<string, string>): void {
      const old = fields(key)
      grow()
      change(key, new Map([...old, ...Object.entries(pairs)]))
    },
    hincrby(key: string, field: string, by: number): number {
      const next = Number(fields(key).get(field) ?? 0) + by
      space.hset(key, { [field]: String(next) })
      return next
    },
    zadd(key: string, score: number, member: string): void {
      const old = fields(key)
      grow()
      if (old.get(member) !== score) change(key, new Map([...old, [member, score]]))
    },
    /** Members with a score of at least `from`, lowest first. */
    zfrom(key: string, from: number): string[] {
      const found = [...fields(key)].filter(([, score]) => (score as number) >= from)
      const order = (a: (typeof found)[0], b: (typeof found)[0]) =>
        (a[1] as number) - (b[1] as number) || (a[0] < b[0] ? -1 : 1)
      return found.sort(order).map(([member]) => member)
    },
    zrem(key: string, member: string): number {
      const kept = new Map(fields(key))
      if (!kept.delete(member)) return 0
      change(key, kept)
      return 1
    },
    /** Removes members with a score of at most `upTo`. */
    zremUpTo(key: string, upTo: number): void {
      const old = fields(key)
      const kept = new Map([...old].filter(([, score]) => (score as number) > upTo))
      if (kept.size < old.size) change(key, kept)
    },
    sadd(key: string, members: readonly string[]): number {
      const old = fields(key)
      grow()
      const added = new Map([...old, ...members.map((member) => [member, ''] as const)])
      if (added.size > old.size) change(key, added)
      return added.size - old.size
    },
    smembers: (key: string) => [...fields(key).keys()],
    keys: () => [...items.keys()],
    /** Removes without asking for the time, as eviction and active expiry do. */
    evict(key: string): void {
      if (items.has(key)) put(key, undefined)
    },
    flush(): void {
      for (const key of items.keys()) journal.at(-1)?.push({ key, before: items.get(key) })
      items.clear()
    },
    /** Takes the last commands that wrote back, as a replica that has not heard of them. All of them: a server that starts empty. */
    lose(commands: number): void {
      const writes = journal.filter((changes) => changes.length > 0)
      const lost = writes.slice(Math.max(0, writes.length - commands))
      for (const { key, before } of lost.flat().toReversed()) {
        if (before === undefined) items.delete(key)
        else items.set(key, before)
      }
    },
    /** Everything there, for comparison: byte strings, and fields in order. */
    dump: () =>
      new Map([...items.keys()].sort().flatMap((key) => (look(key) ? [[key, items.get(key)!]] : []))),
    forgetJournal: () => void (journal = []),
  }
  return space
}

export type Keyspace = ReturnType<typeof createKeyspace>

/** @throws Refusal for what Redis does not take as an expiry */
function lifetime(text: string): number {
  if (!/^-?[0-9]+$/.test(text)) throw new Refusal('ERR value is not an integer or out of range')
  if (Number(text) <= 0) throw new Refusal("ERR invalid expire time in 'set' command")
  return Number(text)
}
