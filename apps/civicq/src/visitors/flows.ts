import type { Candidate, Login, Page, Question } from '../api/shapes.ts'
import {
  administratorEmail,
  candidateEmail,
  demoCandidates,
  demoPassword,
  demoVoters,
  voterEmail,
} from '../seed/accounts.ts'
import type { Steps } from './steps.ts'
import { popularContest, type Visit } from './world.ts'

/** Looks around without an account: city, ballot, contest, a question. */
export async function browse(visit: Visit, steps: Steps): Promise<void> {
  const slug = visit.random.pick(visit.shared.cities)
  const { id, ballot } = popularContest(visit)
  await visit.send(steps.cities())
  await visit.think(1, 4)
  await Promise.all([visit.send(steps.city(slug)), visit.send(steps.cityBallots(slug))])
  await visit.think(1, 4)
  await visit.send(steps.ballot(ballot))
  await visit.think(1, 4)
  const questions = await openContest(visit, steps, id)
  await visit.think(3, 10)
  await visit.send(visit.random.next() < 0.5 ? steps.trending(id) : steps.questions(id, 'top', 2))
  if (questions.length === 0) return
  await visit.think(2, 8)
  await visit.send(steps.question(visit.random.pick(questions).id))
}

/** Signs in and votes on a few questions of a contest. */
export async function vote(visit: Visit, steps: Steps): Promise<void> {
  await signIn(visit, steps, voterEmail(1 + visit.random.integer(demoVoters)))
  const { id } = popularContest(visit)
  const [questions] = await Promise.all([openContest(visit, steps, id), visit.send(steps.ownVotes(id))])
  if (questions.length === 0) return
  for (let votes = 1 + visit.random.integer(4); votes > 0; votes--) {
    await visit.think(2, 8)
    await visit.send(steps.vote(visit.random.pick(questions).id, visit.random.next() < 0.8 ? 1 : -1))
  }
  await visit.send(steps.trending(id))
}

/** Signs in and asks something. */
export async function ask(visit: Visit, steps: Steps): Promise<void> {
  await signIn(visit, steps, voterEmail(1 + visit.random.integer(demoVoters)))
  const { id } = popularContest(visit)
  await openContest(visit, steps, id)
  await visit.think(10, 40)
  const text = visit.random.pick(demands).replace('{place}', visit.random.pick(spots))
  await visit.send(steps.ask(id, text))
  await visit.send(steps.questions(id, 'new'))
}

/** Signs in as a candidate and answers one of the newest questions. */
export async function answer(visit: Visit, steps: Steps): Promise<void> {
  const { user } = await signIn(visit, steps, candidateEmail(1 + visit.random.integer(demoCandidates)))
  const self = (await visit.send(steps.candidate(user.candidateId!))).json() as Candidate
  const newest = (await visit.send(steps.questions(self.contestId, 'new'))).json() as Page<Question>
  if (newest.data.length === 0) return
  await visit.think(3, 10)
  const { id } = visit.random.pick(newest.data)
  await visit.send(steps.question(id))
  await visit.think(20, 60)
  await visit.send(steps.answer(id, visit.random.pick(replies)))
}

/** Looks at the figures, checks a new question, and drops a contest from the cache. */
export async function administer(visit: Visit, steps: Steps): Promise<void> {
  await signIn(visit, steps, administratorEmail)
  await visit.send(steps.metrics())
  await visit.think(5, 15)
  const { id } = popularContest(visit)
  const newest = (await visit.send(steps.questions(id, 'new'))).json() as Page<Question>
  if (newest.data.length === 0) return
  await visit.think(5, 15)
  await visit.send(steps.moderate(visit.random.pick(newest.data).id, 'published'))
  await visit.send(steps.purge([`contest:${id}`]))
}

/** Once per visitor: who comes back is still signed in. */
async function signIn(visit: Visit, steps: Steps, email: string): Promise<Login> {
  const known = visit.variables['login'] as Login | undefined
  if (known) return known
  const login = (await visit.send(steps.login(email, demoPassword))).json() as Login
  visit.variables['login'] = login
  visit.authorize(login.token)
  return login
}

/** What the page of a contest asks for. */
async function openContest(visit: Visit, steps: Steps, id: number): Promise<Question[]> {
  const [, , top] = await Promise.all([
    visit.send(steps.contest(id)),
    visit.send(steps.candidates(id)),
    visit.send(steps.questions(id, 'top')),
  ])
  return (top.json() as Page<Question>).data
}

const demands = [
  'What will you do about the crossing at {place}? Drivers do not stop for children there.',
  'Why has the fence at {place} been broken since spring, and who is in charge of it?',
  'Would you bring the farmers market back to {place}, and on which day?',
  'How do you plan to keep rents near {place} within reach of people who work here?',
  'Can the bus stop at {place} get a roof and a bench before winter?',
  'Is the water at {place} safe, and where can I read the last test?',
]
const spots = [
  'the old mill',
  'Union Square',
  'the north bridge',
  'Court Street',
  'the lakefront',
  'the depot',
]
const replies = [
  'Yes. I have asked staff for a date and will publish it as soon as I have it.',
  'Not this year: the money is committed. I would put it first in the next budget.',
  'I walked there last week with neighbors, and we wrote down what has to change. It is on my page.',
]
