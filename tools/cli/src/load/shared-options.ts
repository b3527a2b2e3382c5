import type { Command } from 'commander'
import { duration, positiveNumber, wholeNumber } from '../options.ts'

type Flag = readonly [flags: string, words: string, read: (given: string) => unknown]

const asGiven = (given: string) => given

/** Options that several commands have which drive load: named and read alike, each with its usual words. */
const options = {
  origin: ['--origin <url>', 'where it goes; otherwise http://127.0.0.1:4000', asGiven],
  rate: ['--rate <r>', 'arrivals per second', positiveNumber('--rate')],
  duration: ['--duration <d>', 'the measured time of each run', duration('--duration')],
  warmup: ['--warmup <d>', 'time before each, not measured', duration('--warmup')],
  connections: [
    '--connections <c>',
    'most connections at once',
    wholeNumber('--connections', { min: 1, max: 16_384 }),
  ],
  timeout: ['--timeout <d>', 'an answer later than this is an error; otherwise 10s', duration('--timeout')],
  seed: ['--seed <n>', 'seed of every random choice', wholeNumber('--seed', { min: 0, max: 2 ** 32 - 1 })],
  out: ['--out <file>', 'keep the result in this file (JSON)', asGiven],
} satisfies Record<string, Flag>

export type SharedOption = keyof typeof options

/** How a command differs: in what it uses unless told, or in its words. */
export interface Shared {
  /** @default none */
  otherwise?: string | number
  text?: string
}

/** Adds options in the order they are named. */
export function sharedOptions(command: Command, wanted: Partial<Record<SharedOption, Shared>>): Command {
  for (const [name, { otherwise, text }] of Object.entries(wanted) as [SharedOption, Shared][]) {
    const [flags, words, read]: Flag = options[name]
    command.option(flags, text ?? words, read, otherwise)
  }
  return command
}
