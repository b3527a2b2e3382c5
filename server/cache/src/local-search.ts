import type { MissReason } from './groups.ts'
import { keepInMemory, type Loads } from './loads.ts'
import type { ReadParts, Search } from './reads.ts'

/** Without Redis: what memory cannot answer is loaded. */
export function createLocalSearch(parts: ReadParts, loads: Loads): Search {
  const { settings, scope, inFlight, counts } = parts
  const { tags: space } = settings
  return (flight, read, { state, isCounted }) => {
    if (!isCounted) {
      counts.misses += 1
      read.group.misses[reasons[state] ?? 'absent'] += 1
    }
    const asOf = space.asOf()
    const end = () => inFlight.end(flight)
    const running = loads.run(flight, read, ({ value, loadMs }) => {
      const fence = space.fence(flight.tags, asOf, scope)
      const kept = loads.entryParts(flight, read, { value, loadMs, id: '', fence })
      keepInMemory(parts, { flight, read }, kept)
    })
    running.then(end, end)
    return running
  }
}

/** Why a read was a miss, by what memory held; absent where nothing is said. */
export const reasons: Partial<Record<string, MissReason>> = {
  dead: 'expired',
  spare: 'expired',
  overtaken: 'invalidated',
}
