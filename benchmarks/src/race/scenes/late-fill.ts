import type { Entry } from '../contestant.ts'
import type { Race } from '../race.ts'
import { allRead, type Player } from '../stage.ts'

const key = 'ballot:12'
const tag = 'ballots'
const [old, current] = ['old', 'current']

interface Way {
  name: string
  needs: Race['needs']
  entry: Entry
  cut(player: Player): Promise<void>
}

const ways: readonly Way[] = [
  { name: 'delete', needs: [], entry: {}, cut: ({ node }) => node.call('delete', key) },
  { name: 'expire', needs: ['expire'], entry: {}, cut: ({ node }) => node.call('expire', key) },
  {
    name: 'tag invalidation',
    needs: ['tags'],
    entry: { tags: [tag] },
    cut: ({ node }) => node.call('invalidateTag', tag),
  },
]

/** The value is invalidated while it is being loaded; the load, which saw the old one, ends afterwards. */
const lateFills = ways.flatMap(({ name, needs, entry, cut }) =>
  (['same', 'other'] as const).map((where): Race => ({
    id: `late-fill-after-${name.replace(' ', '-')}-${where}`,
    what: `A load ends after ${name} in ${where === 'same' ? 'the same' : 'another'} process`,
    needs,
    async play(stage) {
      const loader = await stage.enter()
      const writer = where === 'same' ? loader : await stage.enter()
      const late = loader.begin(key, old, { entry, held: true })
      await late.loading()
      await cut(writer)
      await late.release()
      await late.finished()
      const players = where === 'same' ? [loader] : [writer, loader]
      return (await allRead(players, { key, value: current, entry })) ? 'right' : 'STALE'
    },
  })),
)

/** The same for a load that nobody waits for: the stale value was served, and deleted while it was refreshed. */
const lateRefresh: Race = {
  id: 'refresh-after-delete',
  what: 'A background refresh ends after delete',
  needs: ['refresh'],
  async play(stage) {
    const player = await stage.enter()
    await player.read(key, old, { window: 'short' })
    const refresh = await becomesStale(player)
    await player.node.call('delete', key)
    await refresh.release()
    return (await allRead([player], { key, value: current })) ? 'right' : 'STALE'
  },
}

/** Reads until a read is answered while its own load still runs. */
async function becomesStale(player: Player) {
  for (const deadline = performance.now() + 5_000; performance.now() < deadline;) {
    const read = player.begin(key, old, { entry: { window: 'refreshing' }, held: true })
    const outcome = await read.finished()
    if (!('value' in outcome)) throw new Error(`The stale value was not served: ${outcome.error}`)
    if (await Promise.race([read.loading().then(() => true), soon()])) return read
  }
  throw new Error('The race was never set up: the value did not become stale.')
}

const soon = () => new Promise<false>((resolve) => void setTimeout(resolve, 100, false))

export const lateFill: readonly Race[] = [...lateFills, lateRefresh]
