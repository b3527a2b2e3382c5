import { createRandom } from './traces.ts'

/** The keys of so many values; each contestant has its own, for some share one Redis. */
export const keysOf = (contestant: string, length: number): string[] =>
  Array.from({ length }, (_, id) => `${contestant}:${id}`)

/** A small plain object, about 200 bytes of JSON. */
export function ballotOf(id: number) {
  return {
    id,
    title: `Ballot ${id}: shall the bridge be closed to cars on Sundays?`,
    open: true,
    options: ['yes', 'no', 'undecided'],
    votes: { yes: id, no: 2 * id, undecided: 3 },
    updatedAt: '2026-11-21T09:00:00.000Z',
  }
}

/** So many keys in an order that nobody can foresee, the same for all. */
export function askedKeys(keys: readonly string[], length: number): string[] {
  const random = createRandom(1)
  return Array.from({ length }, () => keys[Math.floor(random() * keys.length)]!)
}
