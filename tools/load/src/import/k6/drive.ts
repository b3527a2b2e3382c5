import type { SetupTools } from '../../scenario/scenario.ts'
import type { Attempt, Session } from '../../session/session.ts'
import type { Step } from '../../scenario/step.ts'
import type { Answer, Effect, Evaluation } from './evaluation.ts'

/** Does what a script asks for, until it has come to its end. */
export async function drive(evaluation: Evaluation, perform: (effect: Effect) => unknown): Promise<unknown> {
  let answer: unknown
  for (;;) {
    const { done, value } = evaluation.next(answer)
    if (done) return value
    // Checks are many and have no answer: waiting for each would cost a turn of the event loop.
    const performed = perform(value)
    answer = performed instanceof Promise ? await performed : performed
  }
}

/** The outside of a script during the run. */
export function performInSession(session: Session): (effect: Effect) => unknown {
  const perform = (effect: Effect): unknown => {
    switch (effect.kind) {
      case 'send':
        return sendAll(effect.steps, (step) => session.attempt(step))
      case 'sleep':
        return effect.seconds === 0 ? undefined : session.think(effect.seconds)
      case 'check':
        return session.check(effect.name, effect.holds)
      default:
        return session.group(effect.name, () => drive(effect.body, perform))
    }
  }
  return perform
}

/** The outside of a script's setup(): its requests are sent unmeasured, its checks and pauses are left out. */
export function performInSetup(tools: SetupTools): (effect: Effect) => unknown {
  const perform = (effect: Effect): unknown => {
    if (effect.kind === 'send') return sendAll(effect.steps, (step) => tools.attempt(step))
    return effect.kind === 'group' ? drive(effect.body, perform) : undefined
  }
  return perform
}

function sendAll(steps: readonly Step[], attempt: (step: Step) => Promise<Attempt>): Promise<Answer[]> {
  return Promise.all(
    steps.map(async (step) => {
      const start = performance.now()
      const { response, problem } = await attempt(step)
      return { response, problem, ms: performance.now() - start }
    }),
  )
}
