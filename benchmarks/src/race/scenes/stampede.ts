import { setTimeout as sleep } from 'node:timers/promises'
import type { Race } from '../race.ts'
import type { Player } from '../stage.ts'

const key = 'ballot:12'
const callers = 10
/** How long it is watched whether a second load begins. */
const watchMs = 500

/** The callers give up before the load ends. */
const impatient: Race = {
  id: 'stampede-hard-timeout',
  what: `${callers} callers of one process whose hard timeout is shorter than the load`,
  needs: ['hardTimeout'],
  async play(stage) {
    const player = await stage.enter()
    const reads = crowd(player, { hardTimeoutMs: 100 })
    await Promise.race([Promise.all(reads.map((read) => read.finished())), sleep(5_000)])
    const loads = await player.node.call('loads')
    await Promise.all(reads.map((read) => read.release()))
    return { loads }
  },
}

const twoProcesses: Race = {
  id: 'stampede-two-processes',
  what: `${callers} callers in each of two processes`,
  needs: [],
  async play(stage) {
    const players = [await stage.enter(), await stage.enter()]
    const reads = players.flatMap((player) => crowd(player, {}))
    await Promise.race(reads.map((read) => read.loading()))
    await sleep(watchMs)
    await Promise.all(reads.map((read) => read.release()))
    await Promise.all(reads.map((read) => read.finished()))
    const loads = await Promise.all(players.map(({ node }) => node.call('loads')))
    return { loads: loads.reduce((sum, count) => sum + count, 0) }
  },
}

const crowd = (player: Player, entry: { hardTimeoutMs?: number }) =>
  Array.from({ length: callers }, () => player.begin(key, 'value', { entry, held: true }))

export const stampede: readonly Race[] = [impatient, twoProcesses]
