import { errors } from '../errors.ts'
import { oneOf } from '../run/option-range.ts'
import { createRandom, type Random } from '../random/random.ts'
import type { Share } from '../schedule/share.ts'
import { checkRows, readRows, type Row } from './rows.ts'

/**
 * In which order rows are given: as they stand, in a seeded order that is another in each round, or each drawn at
 * random.
 */
export type FeedOrder = 'sequential' | 'shuffle' | 'random'

export interface FeederOptions {
  /** @default 'sequential' */
  order?: FeedOrder
  /** Whether each row is given once; the run ends with an error when none is left. @default false */
  unique?: boolean
  /** How it is called in errors. @default the file, or 'of a list' */
  name?: string
}

/** Rows that sessions take with `session.feed`. */
export interface Feeder {
  readonly name: string
  readonly rows: readonly Row[]
  readonly order: FeedOrder
  readonly unique: boolean
}

/**
 * A feeder of the rows of a CSV or JSON file, or of a list of objects.
 * @throws HP_LOAD_FEEDER when it cannot be read, HP_LOAD_OPTION
 */
export function createFeeder(source: string | readonly Row[], options: FeederOptions = {}): Feeder {
  const { unique = false, name = typeof source === 'string' ? source : 'of a list' } = options
  const order = oneOf('order of the feeder', options.order ?? 'sequential', [
    'sequential',
    'shuffle',
    'random',
  ])
  if (order === 'random' && unique) {
    throw errors.HP_LOAD_OPTION({
      option: 'unique with random order',
      given: 'true',
      allowed: 'left out: "shuffle" gives each row once, in a random order',
    })
  }
  return { name, rows: typeof source === 'string' ? readRows(source) : rowsOf(source, name), order, unique }
}

function rowsOf(source: readonly Row[], name: string): readonly Row[] {
  try {
    return checkRows(source, name)
  } catch (cause) {
    throw errors.HP_LOAD_FEEDER({ name, problem: (cause as Error).message }, { cause })
  }
}

/** Gives out the rows of feeders over one run. */
export interface Feeds {
  /**
   * The next row of a feeder; `random` draws where its order is random.
   * @throws HP_LOAD_FEEDER_EXHAUSTED
   */
  next(feeder: Feeder, random: Random): Row
}

const shuffleStream = -0x5eed

/** Several generators share the rows: each takes every `of`-th, so that no two give the same in one round. */
export function createFeeds({ seed, share }: { seed: number; share: Share }): Feeds {
  const taken = new Map<Feeder, { count: number; order: Uint32Array | null }>()
  return {
    next(feeder, random) {
      const { rows, order, unique, name } = feeder
      if (order === 'random') return random.pick(rows)
      let state = taken.get(feeder)
      if (!state) taken.set(feeder, (state = { count: 0, order: null }))
      const position = state.count * share.of + share.index
      const place = position % rows.length
      if (unique && position >= rows.length) {
        throw errors.HP_LOAD_FEEDER_EXHAUSTED({ name, rows: state.count })
      }
      state.count += 1
      if (order === 'sequential') return rows[place]!
      const round = Math.floor(position / rows.length)
      const begins = state.order === null || place < share.of
      if (begins) state.order = shuffled(rows.length, createRandom(seed, shuffleStream - round))
      return rows[state.order![place]!]!
    },
  }
}

/** Fisher and Yates, as Durstenfeld writes it (1964). */
function shuffled(length: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index)
  for (let last = length - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    const kept = order[last]!
    order[last] = order[other]!
    order[other] = kept
  }
  return order
}
