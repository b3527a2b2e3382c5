import { now, sleep } from './clock.ts'
import type { Dice } from './dice.ts'
import { type Fault, faults, type Victims } from './faults.ts'
import type { Outages } from './outages.ts'

export interface PlayOptions {
  seconds: number
  dice: Dice
  victims: Victims
  /** Told of each fault. */
  outages: Outages
  /** Whether what was looked for has been seen, so that no fault more is needed. */
  enough(): boolean
  /** Told at least once a second. */
  progress(now: { seconds: number; fault: string }): void
}

export interface PlayedFault {
  name: string
  from: number
  until: number
}

/** Faults come in bursts; between them lies a calm, in which each key is loaded once. */
const burst = 6
const calmMs = 5_000

/** Plays faults one after the other, each kind once before any comes again. */
export async function playFaults(options: PlayOptions, played: PlayedFault[]): Promise<void> {
  const { seconds, dice, victims, outages } = options
  const start = now()
  const end = start + seconds * 1000
  let fault = ''
  const ticking = setInterval(() => options.progress({ seconds: (now() - start) / 1000, fault }), 1000)
  await sleep(Math.min(1_000, (seconds * 1000) / 10))
  for (let count = 1, bag: Fault[] = []; now() < end && !options.enough(); count += 1) {
    if (bag.length === 0) bag = shuffled(faults, dice)
    const { name, reach, play } = bag.pop()!
    fault = name
    const current = { name, from: now(), until: Infinity }
    played.push(current)
    const mended = outages.begin(reach, current.from)
    await play(victims, dice)
    current.until = now()
    mended(current.until)
    fault = ''
    const pause = count % burst === 0 ? calmMs : dice.between(0, 900)
    await sleep(Math.max(0, Math.min(pause, end - now())))
  }
  clearInterval(ticking)
}

function shuffled<T>(items: readonly T[], dice: Dice): T[] {
  const left = [...items]
  return items.map(() => left.splice(dice.below(left.length), 1)[0]!)
}
