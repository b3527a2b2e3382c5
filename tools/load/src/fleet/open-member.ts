import { HotpathError } from '@hotpath/core'
import { errors } from '../errors.ts'
import type { Part } from '../run/part.ts'
import type { Progress } from '../record/progress.ts'
import type { Channel, OpenChannel } from './channel.ts'
import type { FromMember, TravellingError } from './messages.ts'
import { ownVersion } from './serve-member.ts'

/** A generator as the coordinator sees it. */
export interface Member extends Omit<Channel, 'close'> {
  /** Its last word on how it is going; null before the first. */
  progress: Progress | null
  /**
   * Resolves when it has prepared everything.
   * @throws what its scenario or setup threw; HP_LOAD_GENERATOR when it ended or takes longer
   */
  ready(withinMs: number): Promise<void>
  /**
   * Its part, or why there is none.
   * @throws what its scenario threw
   */
  end(withinMs: number): Promise<{ part: Part | null; problem: string | null }>
  close(): Promise<void>
}

/**
 * Opens a generator and sees that it is of our version.
 * @throws HP_LOAD_AGENT, HP_LOAD_GENERATOR
 */
export async function openMember(open: OpenChannel, withinMs: number): Promise<Member> {
  const said = createMailbox()
  let progress: Progress | null = null
  const channel = await open({
    onMessage(message) {
      if (message.type === 'progress') progress = message.progress
      else said.put(message)
    },
    onEnd: (problem) => said.end(problem),
  })
  const unusable = (problem: string) => errors.HP_LOAD_GENERATOR({ name: channel.name, problem })

  async function expectNext(type: 'hello' | 'ready', limitMs: number): Promise<FromMember> {
    const message = await said.take(limitMs)
    if (typeof message === 'string') throw unusable(message)
    if (message.type === 'failed') throw arrived(message.error)
    if (message.type !== type) throw unusable(`it said ${message.type} when it should say ${type}`)
    return message
  }

  const member: Member = {
    ...channel,
    get progress() {
      return progress
    },
    ready: async (limitMs) => void (await expectNext('ready', limitMs)),
    async end(limitMs) {
      const message = await said.take(limitMs)
      if (typeof message === 'string') return { part: null, problem: message }
      if (message.type === 'failed') throw arrived(message.error)
      return message.type === 'done'
        ? { part: message.part, problem: null }
        : { part: null, problem: `it said ${message.type} when it should say done` }
    },
  }
  try {
    const hello = await expectNext('hello', withinMs)
    if (hello.type !== 'hello' || hello.version !== ownVersion()) {
      throw unusable(`it runs another version of @hotpath/load than ${ownVersion()}`)
    }
    return member
  } catch (error) {
    await channel.close()
    throw error
  }
}

/** Messages in their order, each for one reader; after the end, why there are no more. */
function createMailbox(): {
  put(message: FromMember): void
  end(problem: string): void
  take(withinMs: number): Promise<FromMember | string>
} {
  const messages: FromMember[] = []
  const state = { ended: null as string | null, wake: () => {} }
  return {
    put(message) {
      messages.push(message)
      state.wake()
    },
    end(problem) {
      state.ended ??= problem
      state.wake()
    },
    take(withinMs) {
      return new Promise((resolve) => {
        const waited = `it said nothing for ${Math.round(withinMs / 1000)} s`
        const answer = (problem: string | null) => {
          const message = messages.shift() ?? problem
          if (message === null) return
          clearTimeout(timer)
          state.wake = () => {}
          resolve(message)
        }
        const timer = setTimeout(() => answer(waited), withinMs)
        state.wake = () => answer(state.ended)
        state.wake()
      })
    },
  }
}

function arrived({ code, what, why, fix }: TravellingError): Error {
  return code === null ? new Error(what) : new HotpathError({ code, what, why, fix })
}
