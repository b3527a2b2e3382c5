import type { BeaconView, BrowserError, LongTasks, VitalElement } from '@hotpath/core'
import { createStepRing, type StepRing, stepsBetween } from '../step-ring.ts'
import { createBoundedTallies } from './bounded-tallies.ts'
import { hourly } from './view-step.ts'

/** How often something was the element of a vital, and what the vital came to then. */
export interface ElementTally extends Omit<VitalElement, 'mean'> {
  lastAt: number
  sum: number
}

/** What made views slow, jump, hang or fail in the last hour: in bounded number, in no order. */
export interface Offenders {
  add(view: BeaconView, now: number): void
  elements(now: number): ElementTally[]
  /** One for each route. */
  tasks(now: number): LongTasks[]
  errors(now: number): BrowserError[]
}

const mostElements = 300
const mostErrors = 100

type TaskStep = Omit<LongTasks, 'route'>

/** Counts them in bounded number; the routes given are the declared ones, and `other`. */
export function createOffenders(): Offenders {
  const elements = createBoundedTallies<ElementTally>(mostElements)
  const errors = createBoundedTallies<BrowserError>(mostErrors)
  const tasks = new Map<string, StepRing<TaskStep>>()

  function addElements({ route, vitals, elements: named, script = '' }: BeaconView, now: number): void {
    for (const vital of ['LCP', 'INP', 'CLS'] as const) {
      const [selector, value] = [named?.[vital], vitals[vital]]
      if (selector === undefined || value === undefined) continue
      const tally = elements.at(`${vital} ${route} ${selector}`, now, () => ({
        route,
        vital,
        selector,
        count: 0,
        lastAt: now,
        sum: 0,
        worst: 0,
        script: '',
      }))
      tally.count++
      tally.sum += value
      tally.worst = Math.max(tally.worst, value)
      if (vital === 'INP' && script !== '') tally.script = script
    }
  }

  function addTasks(route: string, told: Omit<LongTasks, 'route'>, now: number): void {
    let ring = tasks.get(route)
    if (!ring) tasks.set(route, (ring = createTaskRing()))
    addTask(ring.at(now), told)
  }

  return {
    add(view, now) {
      addElements(view, now)
      if (view.tasks) addTasks(view.route, view.tasks, now)
      for (const { name, file, count } of view.errors ?? []) {
        const { route } = view
        const key = `${name} ${route} ${file}`
        errors.at(key, now, () => ({ route, name, file, count: 0, lastAt: now })).count += count
      }
    },
    elements: (now) => elements.latest(now).map((tally) => ({ ...tally })),
    tasks: (now) =>
      [...tasks].map(([route, ring]) => ({ route, ...sumTasks(ring, now) })).filter(({ count }) => count > 0),
    errors: (now) => errors.latest(now).map((error) => ({ ...error })),
  }
}

const noTasks = (): TaskStep => ({ count: 0, totalMs: 0, longestMs: 0 })

const createTaskRing = (): StepRing<TaskStep> =>
  createStepRing({ ...hourly, create: noTasks, empty: (step) => Object.assign(step, noTasks()) })

function addTask(step: TaskStep, { count, totalMs, longestMs }: TaskStep): void {
  step.count += count
  step.totalMs += totalMs
  step.longestMs = Math.max(step.longestMs, longestMs)
}

function sumTasks(ring: StepRing<TaskStep>, now: number): TaskStep {
  const current = ring.numberOf(now)
  const sum = noTasks()
  for (const step of stepsBetween(ring, current - ring.size + 1, current)) addTask(sum, step)
  return sum
}
