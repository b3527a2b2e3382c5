import type { CitySettings } from '../api/shapes.ts'
import { makePlaces, type Place } from './places.ts'
import { createRandom } from './random.ts'
import type { SeededCity } from './rows.ts'

const day = 86_400_000

/** `count` cities, largest first, with their settings. `reference` is the instant at which the data set stands. */
export function makeCities(seed: number, count: number, reference: Date): SeededCity[] {
  const random = createRandom(`${seed}:cities`)
  return makePlaces(random, count).map((place, at) => {
    const settings = citySettings(place, new Date(reference.getTime() + random.integer(150, 180) * day))
    const { slug, name, state, population } = place
    const row = { id: at + 1, slug, name, state, population, settings: JSON.stringify(settings) }
    return { row, place, voters: [] }
  })
}

function citySettings(place: Place, questionsClose: Date): CitySettings {
  return {
    questionMaxLength: 500,
    answerMaxLength: 4000,
    contactEmail: `elections@${place.slug}.civicq.example`,
    questionsCloseOn: questionsClose.toISOString().slice(0, 10),
    notice: `Questions to candidates in ${place.name} are published at once and moderated by the city's election office.`,
  }
}
