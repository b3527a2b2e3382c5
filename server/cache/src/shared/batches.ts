import type { Mark, MarkValue } from '../marks.ts'
import type { Link, Moment } from './link.ts'
import { type MarkReader, textOf } from './mark-values.ts'
import type { Names } from './names.ts'
import type { RedisReply } from './port.ts'

/** What Redis holds under the keys of one turn, and what was known when it was asked. */
export interface Readings {
  replies: readonly (Uint8Array | null)[]
  sent: Moment
}

/** Questions of one turn of the event loop, asked together. */
export interface Batches {
  /** `index` is the place of the key in the answer. */
  read(entry: string): { index: number; answer: Promise<Readings> }
  /** What these marks are now. Marks of this process are brought up to date where nothing newer was told meanwhile. */
  learn(marks: Iterable<Mark>): Promise<ReadonlyMap<Mark, MarkValue>>
  /** Everything that was acknowledged to anybody before this call has been told to this process. */
  barrier(): Promise<void>
}

export interface BatchOptions {
  link: Link
  names: Names
  reader: MarkReader
  markMs: number
}

/** Gathers what is asked until the end of this turn; `ask` gets all of it. */
function gather<Q, A>(
  ask: (questions: Q[]) => Promise<A>,
): (question: Q) => { index: number; answer: Promise<A> } {
  let questions: Q[] | null = null
  let answer: Promise<A>
  return (question) => {
    if (questions === null) {
      questions = []
      answer = new Promise<A>((resolve, reject) => {
        process.nextTick(() => {
          const asked = questions!
          questions = null
          ask(asked).then(resolve, reject)
        })
      })
    }
    questions.push(question)
    return { index: questions.length - 1, answer }
  }
}

export function createBatches({ link, names, reader, markMs }: BatchOptions): Batches {
  const read = gather(async (entries: string[]) => {
    const sent = link.moment()
    const known = link.epoch()
    const words = ['MGET', ...entries, names.epoch]
    const replies = (await link.command(words)) as readonly (Uint8Array | null)[]
    if (textOf(replies[entries.length]) !== known) link.epochEnded(known)
    return { replies, sent }
  })

  const learn = gather(async (asked: Iterable<Mark>[]) => {
    const marks = [...new Set(asked.flatMap((some) => [...some]))]
    const { rest, sent } = await link.run(
      'marks',
      [names.clock, ...marks.map(({ name }) => name)],
      [String(markMs)],
    )
    return applyMarks({ link, reader, names }, marks, { replies: rest[0] as readonly RedisReply[], sent })
  })

  const barrier = gather(async () => {
    await link.command(['PING'])
  })

  return {
    read,
    learn: (marks) => learn(marks).answer,
    barrier: () => barrier(undefined).answer,
  }
}

/**
 * Takes marks from an answer. Promises are settled after all notices of the same chunk were told, also later ones:
 * a mark that was changed since the question was sent stays unknown. The answer itself is what holds for the asker.
 */
export function applyMarks(
  { link, reader, names }: { link: Link; reader: MarkReader; names: Names },
  marks: readonly Mark[],
  { replies, sent }: { replies: readonly RedisReply[]; sent: Moment },
): Map<Mark, MarkValue> {
  const values = new Map<Mark, MarkValue>()
  const scopes = names.scopeMark('')
  for (const [index, mark] of marks.entries()) {
    const value = mark.name.startsWith(scopes) ? reader.scope(replies[index]!) : reader.tag(replies[index]!)
    values.set(mark, value)
    const isNewest = sent.generation === link.trust.generation && mark.dropped <= sent.turn
    if (isNewest && mark.attached && link.tracking()) Object.assign(mark, value)
  }
  return values
}
