import { expect, test } from 'vitest'
import { races } from '../src/race/matrix.ts'
import { openStage } from '../src/race/stage.ts'
import type { ParticipantName } from '../src/race/contestants/index.ts'

async function play(id: string, name: ParticipantName) {
  await using stage = await openStage(name)
  return await races.find((race) => race.id === id)!.play(stage)
}

test('a race tells a cache that keeps a late load from one that does not', async () => {
  expect(await play('late-fill-after-delete-same', 'hotpath')).toBe('right')
  expect(await play('late-fill-after-delete-same', 'cachified')).toBe('STALE')
})

test('the news of a delete can overtake a reply, and ours is not misled', async () => {
  expect(await play('reply-in-flight', 'hotpath')).toBe('right')
})

test('loads of all processes are counted', async () => {
  expect(await play('stampede-two-processes', 'hotpath')).toEqual({ loads: 1 })
  expect(await play('stampede-two-processes', 'cachified')).toEqual({ loads: 2 })
})
