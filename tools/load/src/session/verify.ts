import type { StepResponse } from '../http/response.ts'
import type { Step } from '../scenario/step.ts'

/** What an answer is held against, beside its status. */
export type AnswerCheck = (response: StepResponse) => boolean

export interface VerifyPort {
  /** Where captures are written. */
  variables: Record<string, unknown>
  /** Told of each check by its name. */
  onCheck(name: string, holds: boolean): void
}

/**
 * Takes the captures out of an answer and holds it against the step's checks and assertions. A check that throws, for
 * instance because the body is not JSON, does not hold.
 * @returns why the step fails: a capture that is not there, or the first assertion that does not hold; else null
 */
export function verifyAnswer(step: Step, response: StepResponse, port: VerifyPort): string | null {
  let problem: string | null = null
  for (const { name, optional, find } of step.captures) {
    const value = attempt(() => find(response))
    if (value !== undefined) port.variables[name] = value
    else if (!optional) problem ??= `nothing to capture: ${name}`
  }
  for (const { name, holds, fails } of step.checks) {
    const held = attempt(() => holds(response)) === true
    port.onCheck(name, held)
    if (!held && fails) problem ??= `assertion: ${name}`
  }
  return problem
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
