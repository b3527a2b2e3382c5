import type { Race } from '../race.ts'
import { allRead, type Stage } from '../stage.ts'

const key = 'ballot:12'
const tag = 'tag-of-ballots'
const entry = { tags: [tag] }
const [old, current] = ['old', 'current']

/** What Redis keeps of a tag is evicted, as anything may be when memory is short. */
const evicted: Race = {
  id: 'evicted-mark',
  what: "A tag's mark is evicted from Redis after the tag was invalidated",
  needs: ['tags'],
  async play(stage) {
    const writer = await stage.enter()
    await writer.read(key, old, entry)
    const bystander = await stage.enter()
    await writer.node.call('invalidateTag', tag)
    const marks = await namesOf(stage, tag)
    if (marks.length === 0) throw new Error('The race was never set up: Redis has no mark of the tag.')
    await stage.redis.del(marks)
    // The bystander first: who knows better must not repair it for those who do not.
    const expected = { key, value: current, entry }
    return (await allRead([bystander], expected)) && (await allRead([writer], expected)) ? 'right' : 'STALE'
  },
}

/** Machines' clocks differ by seconds. */
const skewed: Race = {
  id: 'skewed-clock',
  what: "The invalidating process' clock is 2 s behind",
  needs: ['tags'],
  async play(stage) {
    const [reader, writer] = [await stage.enter(), await stage.enter({ skewMs: -2_000 })]
    await reader.read(key, old, entry)
    await writer.node.call('invalidateTag', tag)
    return (await allRead([reader, writer], { key, value: current, entry })) ? 'right' : 'STALE'
  },
}

async function namesOf({ redis }: Stage, text: string): Promise<string[]> {
  const names: string[] = []
  for await (const some of redis.scanIterator({ MATCH: `*${text}*` })) names.push(...some)
  return names
}

export const tags: readonly Race[] = [evicted, skewed]
