import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { poll, sleep } from './clock.ts'
import type { Downward, Upward, WorkerPlan } from './messages.ts'

const program = fileURLToPath(new URL('worker.ts', import.meta.url))

/** A process of the fleet, as its coordinator sees it. */
export interface Member {
  worker: number
  tell(message: Downward): void
  /** Everything that it told has been heard, and no more will come. */
  gone: boolean
  kill(): Promise<void>
  freeze(ms: number): Promise<void>
  /** Waits for it to end by itself; false when it had to be killed. */
  ended(withinMs: number): Promise<boolean>
}

/** Resolves when the process has begun to play. */
export async function startMember(
  plan: WorkerPlan,
  heard: (member: Member, message: Upward) => void,
): Promise<Member> {
  const child = fork(program, [JSON.stringify(plan)], { serialization: 'advanced' })
  const member = memberOf(plan.worker, child)
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: Upward) => {
      if (message.kind === 'ready') resolve()
      heard(member, message)
    })
    child.on('exit', (code, signal) => {
      reject(new Error(`worker ${plan.worker} ended with ${code ?? signal} before it began`))
    })
  })
  return member
}

function memberOf(worker: number, child: ChildProcess): Member {
  let dying = false
  const member: Member = {
    worker,
    gone: false,
    tell(message) {
      if (child.connected) child.send(message, () => undefined)
    },
    async kill() {
      dying = true
      child.kill('SIGKILL')
      await poll(() => member.gone, 10_000)
    },
    async freeze(ms) {
      child.kill('SIGSTOP')
      await sleep(ms)
      if (!dying) child.kill('SIGCONT')
    },
    async ended(withinMs) {
      if (await poll(() => member.gone, withinMs)) return true
      await member.kill()
      return false
    },
  }
  const ends = Promise.all([once(child, 'exit'), once(child, 'disconnect')])
  void ends.then(() => (member.gone = true))
  return member
}
