import type { Random } from '../../random/random.ts'
import type { StepResponse } from '../../http/response.ts'
import type { Step } from '../../scenario/step.ts'

/** What a script asks of the outside; the evaluation goes on with the answer. */
export type Effect =
  | { kind: 'send'; steps: readonly Step[] }
  | { kind: 'sleep'; seconds: number }
  | { kind: 'check'; name: string; holds: boolean }
  | { kind: 'group'; name: string; body: Evaluation }

/** What came of a request. */
export interface Answer {
  response: StepResponse | null
  problem: string | null
  /** From the call to the last byte. */
  ms: number
}

/** A piece of a script under way; it yields what it wants done, and is told what came of it. */
export type Evaluation = Generator<Effect, unknown, unknown>

/** A function of the script, or one that we lend it. */
export type Callable = (args: readonly unknown[], machine: Machine) => Evaluation

/** What one virtual user's script runs on. */
export interface Machine {
  random: Random
  /** From 1. */
  vu: number
  /** From 0. */
  iteration: number
  /** Turns of loops and calls that it may still make: a script cannot keep the generator to itself. */
  fuel: number
  /** Calls under way. */
  depth: number
  /** Under which name the request that is called next is counted; null leaves it to its path. */
  requestName: string | null
}

/** Code, ready to be run in a scope. */
export type Code = (scope: Scope, machine: Machine) => Evaluation

/** What a script threw, or would have thrown where it runs by itself. */
export class ScriptError extends Error {
  readonly value: unknown

  constructor(value: unknown) {
    super(messageOf(value))
    this.value = value
  }
}

/** A script used up what it may use. */
export class OutOfFuel extends Error {
  constructor() {
    super('it did not come to an end within a million turns of its loops and calls')
  }
}

const turnsPerIteration = 1_000_000
const deepest = 200

/** Before each iteration. */
export function refuel(machine: Machine): void {
  machine.fuel = turnsPerIteration
  machine.depth = 0
}

/** Takes one turn. */
export function burn(machine: Machine): void {
  machine.fuel -= 1
  if (machine.fuel < 0 || machine.depth > deepest) throw new OutOfFuel()
}

function messageOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'message')) {
    return String((value as { message: unknown }).message)
  }
  return String(value)
}

/** The names that a piece of code sees. */
export interface Scope {
  names: Map<string, unknown>
  parent: Scope | null
}

export function createScope(parent: Scope | null): Scope {
  return { names: new Map(), parent }
}

/** The scope that declares `name`, or null. */
export function scopeOf(scope: Scope, name: string): Scope | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.names.has(name)) return at
  return null
}

/** Lends the script a function that needs nothing of the outside. */
export function native(work: (...args: any[]) => unknown): Callable {
  // oxlint-disable-next-line require-yield -- it ends at once
  return function* call(args) {
    try {
      return work(...args)
    } catch (error) {
      // What JavaScript would have thrown at the script, which may catch it.
      throw error instanceof ScriptError ? error : new ScriptError(error)
    }
  }
}

/** Calls a function of the script. */
export function* callValue(callee: unknown, args: readonly unknown[], machine: Machine): Evaluation {
  if (typeof callee !== 'function') throw new ScriptError('a value that is called is not a function')
  burn(machine)
  machine.depth += 1
  const result = yield* (callee as Callable)(args, machine)
  machine.depth -= 1
  return result
}
