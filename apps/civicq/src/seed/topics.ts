import type { Office } from '../api/shapes.ts'
import {
  clerkTopics,
  libraryTopics,
  measureTopics,
  parksTopics,
  schoolTopics,
  treasurerTopics,
} from './board-topics.ts'
import { cityTopics } from './city-topics.ts'
import type { Place } from './places.ts'
import type { Random } from './random.ts'

/** Questions by topic. `{street}` and the like are filled with the city's own names. */
export type Topics = Record<string, readonly string[]>

/** The topics of an office. */
export const topicsOf: Record<Office, Topics> = {
  mayor: cityTopics,
  council: cityTopics,
  'school-board': schoolTopics,
  clerk: clerkTopics,
  treasurer: treasurerTopics,
  'library-board': libraryTopics,
  'parks-board': parksTopics,
  measure: measureTopics,
}

/** Fills the `{slots}` of a template. */
export function fillSlots(template: string, place: Place, random: Random): string {
  return capitalised(
    template.replaceAll(/\{(\w+)\}/g, (whole, slot: string) => String(slots[slot]?.(place, random) ?? whole)),
  )
}

/** Names such as "the East Side" may come to stand at the beginning of a sentence. */
function capitalised(text: string): string {
  return text.replaceAll(
    /(^|[.?!] )([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}

const slots: Record<string, (place: Place, random: Random) => string | number> = {
  city: (place) => place.name,
  street: (place, random) => random.pick(place.streets.slice(1)),
  // The first street is kept for crossings, so that no street crosses itself.
  street2: (place) => place.streets[0]!,
  neighborhood: (place, random) => random.pick(place.neighborhoods),
  school: (place, random) => random.pick(place.schools),
  park: (place, random) => random.pick(place.parks),
  percent: (_, random) => random.integer(6, 34),
  years: (_, random) => random.integer(2, 9),
  count: (_, random) => random.integer(3, 24),
  pupils: (_, random) => random.integer(27, 36),
  amount: (_, random) => random.integer(2, 38),
  fee: (_, random) => random.integer(9, 48) * 10,
  month: (_, random) => random.pick(months),
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
]
