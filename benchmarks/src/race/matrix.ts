import type { SuiteContext } from '../suite.ts'
import { type ParticipantName, participantNames, participants } from './contestants/index.ts'
import { type Cells, type Race, cellText, type Verdict } from './race.ts'
import { lateFill } from './scenes/late-fill.ts'
import { memory } from './scenes/memory.ts'
import { stampede } from './scenes/stampede.ts'
import { tags } from './scenes/tags.ts'
import { openStage } from './stage.ts'

export const races: readonly Race[] = [...lateFill, ...memory, ...tags, ...stampede]

/** Plays one race with every cache, each on a Redis of its own. */
export async function playRace(race: Race, progress: SuiteContext['progress']): Promise<Cells> {
  const cells: Partial<Cells> = {}
  for (const name of participantNames) {
    const { abilities } = participants[name]
    const cell = race.needs.every((need) => abilities[need]) ? await playOne(race, name) : 'n/a'
    cells[name] = cell
    progress(`${race.what}: ${name} ${cellText(cell)}`)
  }
  return cells as Cells
}

async function playOne(race: Race, name: ParticipantName): Promise<Verdict> {
  await using stage = await openStage(name)
  try {
    return await race.play(stage)
  } catch (error) {
    throw new Error(`The race "${race.id}" could not be played with ${name}.`, { cause: error })
  }
}
