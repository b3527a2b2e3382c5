import type { Random } from './random.ts'

/** The names that a city's texts speak of. */
export interface Place {
  name: string
  state: string
  slug: string
  population: number
  streets: string[]
  neighborhoods: string[]
  schools: string[]
  parks: string[]
}

/**
 * `count` cities of different names and sizes, largest first. Their names are put together from common parts; that
 * a real place has the same one cannot be ruled out and means nothing.
 */
export function makePlaces(random: Random, count: number): Place[] {
  const taken = new Set<string>()
  const places: Place[] = []
  while (places.length < count) {
    const name = placeName(random)
    const state = random.pick(states)
    const slug = `${name} ${state}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
    if (taken.has(slug)) continue
    taken.add(slug)
    places.push({ name, state, slug, population: population(random), ...localNames(random) })
  }
  return places.sort((a, b) => b.population - a.population)
}

function placeName(random: Random): string {
  const name = random.pick(stems) + random.pick(endings)
  if (random.chance(0.12)) return `${random.pick(directions)} ${name}`
  return random.chance(0.1) ? `${name} ${random.pick(settings)}` : name
}

function population(random: Random): number {
  return Math.min(680_000, Math.round((11_000 * random.pareto(0.9)) / 100) * 100 + random.integer(0, 99))
}

function localNames(random: Random): Pick<Place, 'streets' | 'neighborhoods' | 'schools' | 'parks'> {
  const streets = random.sample(streetNames, 14).map((name) => `${name} ${random.pick(streetKinds)}`)
  const neighborhoods = random.sample(neighborhoodNames, 9)
  const names = random.sample(landmarkNames, 12)
  return {
    streets,
    neighborhoods,
    schools: names.slice(0, 6).map((name) => `${name} ${random.pick(schoolKinds)}`),
    parks: names.slice(6).map((name) => `${name} ${random.pick(parkKinds)}`),
  }
}

const words = (text: string) => text.trim().split(/\s+/)
const phrases = (text: string) =>
  text
    .trim()
    .split(/\s*,\s*/)
    .filter((phrase) => phrase !== '')

const states = words(
  'AL AZ CA CO CT FL GA IA ID IL IN KS KY MA MD ME MI MN MO NC NE NH NJ NM NY OH OK OR PA SC TN TX UT VA VT WA WI',
)
const stems =
  words(`Ash Alder Amber Barrow Bell Birch Black Bridge Brook Cedar Chester Clay Clear Cold Copper Cran Deer
  East Edge Elm Fair Fern Flint Fox Glen Gold Gran Green Hamp Harbor Hart Haw Hazel Holly Kings Lake Lark Laurel Lin Long
  Maple Marsh Mead Mill Monte Nor Oak Pine Quarry Red River Rock Rose Sand Shel Silver Spring Stan Stone Sum Thorn Wal
  Water Wester White Wild Willow Win Wood`)
const endings =
  words(`ford ton field view wood dale bury burg port haven brook ridge mont ville crest grove mere stead
  worth land bridge hurst well ley`)
const directions = ['North', 'South', 'East', 'West', 'New', 'Upper', 'Lower', 'Port', 'Fort', 'Mount']
const settings = [
  'Heights',
  'Falls',
  'Springs',
  'Lake',
  'Park',
  'Junction',
  'Harbor',
  'Center',
  'Hills',
  'Beach',
]
const streetNames =
  phrases(`Main, Oak, Elm, Washington, Franklin, Jefferson, Second, Fourth, Ninth, Fourteenth, Mill, River,
  Market, Church, Union, Court, Maple, Walnut, Chestnut, Spruce, Sycamore, Highland, Prospect, Lincoln, Grant, Monroe,
  Madison, Park, Lake, Depot, Canal, Division, Front, Commerce, Orchard, Meadow, Quarry, Foundry, Railroad, College,
  Academy, Pleasant, Summit, Valley, Juniper, Hickory, Tanner, Ferry, Larkspur, Cottonwood`)
const streetKinds = [
  'Street',
  'Street',
  'Street',
  'Avenue',
  'Avenue',
  'Road',
  'Boulevard',
  'Drive',
  'Parkway',
  'Lane',
]
const neighborhoodNames =
  phrases(`the East Side, the West End, Old Town, the North End, Riverside, Mill Hill, the Flats,
  College Park, Fairview, Harbor District, Midtown, the Warehouse District, Oakdale, Sunnyside, Highland Park, the Bottoms,
  Lakeshore, Cedar Heights, Southgate, Brookside, the Arts District, Garden Hills, Maplewood, Union Square, Eastgate,
  Parkview, Cherry Hill, the Terrace, Foundry Row, Willow Bend`)
const landmarkNames =
  phrases(`Washington, Lincoln, Roosevelt, Riverside, Hillcrest, Franklin, Northside, Oak Grove, Eastview,
  Pine Ridge, Jefferson, Maple Street, Westfield, Lakeview, Harmony, Memorial, Cedar Creek, Liberty, Prairie View, Sunset,
  Pioneer, Veterans, Meadowbrook, Heritage, Stone Creek, Willow Run, Fairmount, Garfield, Kennedy, Orchard Hill`)
const schoolKinds = ['Elementary', 'Elementary', 'Elementary', 'Middle School', 'High School', 'Academy']
const parkKinds = ['Park', 'Park', 'Park', 'Playground', 'Commons', 'Recreation Center', 'Trail']
