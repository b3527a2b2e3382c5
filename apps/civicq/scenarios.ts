import { createWeightedDraw, defineScenarios, type Step } from '@hotpath/load'
import { routes } from './routes.ts'
import { administer, answer, ask, browse, vote } from './src/visitors/flows.ts'
import { createSteps, type Steps } from './src/visitors/steps.ts'
import { explore, popularContest, type Visit, type World } from './src/visitors/world.ts'

/** The shares of `read-mix`. */
const reads: { weight: number; step: (steps: Steps, contest: { id: number; ballot: number }) => Step }[] = [
  { weight: 15, step: (steps, { id }) => steps.contest(id) },
  { weight: 15, step: (steps, { id }) => steps.candidates(id) },
  { weight: 30, step: (steps, { id }) => steps.questions(id, 'top') },
  { weight: 15, step: (steps, { id }) => steps.questions(id, 'new') },
  { weight: 15, step: (steps, { id }) => steps.trending(id) },
  { weight: 10, step: (steps, { ballot }) => steps.ballot(ballot) },
]
const drawRead = createWeightedDraw(reads.map(({ weight }) => weight))

/**
 * The five kinds of user of CIV-4, who read as long as people do and stay signed in; and `read-mix`, in which every
 * arrival is one read of a contest drawn by Zipf's law: what the layer is measured under.
 */
export const scenarios = defineScenarios(routes, (builder) => {
  const steps = createSteps(builder)
  const user = (weight: number, flow: (visit: Visit, steps: Steps) => Promise<void>) =>
    builder.scenario<World>({ weight, setup: explore, run: (visit) => flow(visit, steps) })
  return {
    'casual-browser': user(60, browse),
    'active-voter': user(24, vote),
    'question-submitter': user(5, ask),
    candidate: user(4, answer),
    administrator: user(1, administer),
    'read-mix': builder.scenario<World>({
      weight: 6,
      setup: explore,
      run: (visit) => reads[drawRead(visit.random)]!.step(steps, popularContest(visit)),
    }),
  }
})
