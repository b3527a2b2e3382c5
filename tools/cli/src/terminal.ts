import { progress as clackProgress } from '@clack/prompts'
import type { Progress } from '@hotpath/app'

/** Progress and talk go to stderr: stdout carries the result alone. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A long step's progress: a bar on a terminal, a line at its beginning and end elsewhere. */
export interface ProgressBars {
  report(progress: Progress): void
  /** Ends a bar that is still drawn. */
  end(): void
}

export function createProgressBars(): ProgressBars {
  return process.stderr.isTTY ? createBars() : createLines()
}

function createBars(): ProgressBars {
  let label = ''
  let shown = 0
  let bar: ReturnType<typeof clackProgress> | null = null
  const end = () => {
    bar?.stop(label)
    bar = null
    label = ''
  }
  return {
    report(step) {
      if (step.label !== label) {
        end()
        bar = clackProgress({ max: Math.max(1, step.total), size: 32, output: process.stderr })
        label = step.label
        shown = 0
        bar.start(label)
      }
      bar?.advance(step.done - shown, step.detail === undefined ? label : `${label}: ${step.detail}`)
      shown = step.done
      if (step.done >= step.total) end()
    },
    end,
  }
}

function createLines(): ProgressBars {
  let label = ''
  return {
    report(step) {
      if (step.label !== label) say(`${step.label} …`)
      label = step.done >= step.total ? '' : step.label
    },
    end() {},
  }
}
