import type { Office } from '../api/shapes.ts'
import type { Random } from './random.ts'

/** A contest before it has candidates. */
export interface ContestPlan {
  title: string
  office: Office
  district: string | null
  seats: number
  description: string
}

/** `count` contests that a municipal ballot could hold, in the order in which ballots list them. */
export function planContests(random: Random, count: number): ContestPlan[] {
  const pool = contestPool(random, count)
  const always = pool[0]!
  const chosen = new Set([always, ...random.sample(pool.slice(1), count - 1)])
  return pool.filter((plan) => chosen.has(plan))
}

/** At least `count` contests: the citywide offices, then as many wards and measures as that takes. */
function contestPool(random: Random, count: number): ContestPlan[] {
  const wards = Math.max(4, count)
  const measures = random.sample(measureSubjects, 3)
  return [
    office('mayor', 'Mayor', {
      description: 'Leads the city administration, proposes the budget and signs or vetoes ordinances.',
    }),
    office('council', 'City Council, At Large', { description: councilWork, seats: random.integer(1, 3) }),
    ...Array.from({ length: wards }, (_, at) =>
      office('council', `City Council, Ward ${at + 1}`, {
        description: councilWork,
        district: `Ward ${at + 1}`,
      }),
    ),
    office('school-board', 'School Board', { description: schoolWork, seats: random.integer(2, 4) }),
    office('school-board', 'School Board, District 2', { description: schoolWork, district: 'District 2' }),
    office('clerk', 'City Clerk', {
      description: 'Keeps the public records, issues licenses and runs municipal elections.',
    }),
    office('treasurer', 'City Treasurer', {
      description: 'Collects taxes and fees, invests city funds and reports on both.',
    }),
    office('library-board', 'Library Board', {
      description: 'Oversees the public libraries: hours, collections and buildings.',
      seats: random.integer(1, 3),
    }),
    office('parks-board', 'Parks and Recreation Board', {
      description: 'Oversees parks, trails, pools and recreation programs.',
      seats: random.integer(1, 3),
    }),
    ...measures.map(({ title, asks }, at) =>
      office('measure', `Measure ${'ABC'[at]}: ${title}`, { description: `Shall the city ${asks}?` }),
    ),
  ]
}

const councilWork = 'Passes ordinances, adopts the budget and answers for one part of the city or all of it.'
const schoolWork = 'Sets district policy, adopts the school budget and hires the superintendent.'

interface OfficeDetails {
  description: string
  /** @default the whole city */
  district?: string
  /** @default 1 */
  seats?: number
}

function office(kind: Office, title: string, of: OfficeDetails): ContestPlan {
  const { description, district = null, seats = 1 } = of
  return { title, office: kind, district, seats, description }
}

const measureSubjects = [
  {
    title: 'Street Repair Bond',
    asks: 'issue bonds of up to $48 million to rebuild its residential streets',
  },
  {
    title: 'Public Safety Sales Tax',
    asks: 'levy a half-cent sales tax for fire stations and emergency dispatch',
  },
  { title: 'Library Levy Renewal', asks: 'renew for ten years the levy that pays for its public libraries' },
  { title: 'Affordable Housing Fund', asks: 'set aside one percent of property tax for affordable homes' },
  {
    title: 'Parks and Trails Levy',
    asks: 'levy thirty cents per thousand dollars of value for parks and trails',
  },
  { title: 'Ranked-Choice Voting', asks: 'elect its mayor and council by ranked-choice voting' },
  {
    title: 'School Safety and Repair Bond',
    asks: 'back school bonds of $72 million for roofs, heating and safe entrances',
  },
  { title: 'Short-Term Rental Limits', asks: 'limit short-term rentals to homes in which the owner lives' },
  { title: 'Clean Water Bond', asks: 'borrow $35 million to replace lead service lines and old water mains' },
  { title: 'Council Term Limits', asks: 'limit council members to three consecutive terms' },
] as const
