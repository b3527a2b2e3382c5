/** One connection as a client lives it: what it sends, in which pieces, and what happens meanwhile. */
export interface History {
  readonly steps: readonly Step[]
  /** Whether the client ends its side with its last bytes, or when all answers have come. */
  readonly fin: 'at-once' | 'when-quiet'
}

/** The next step begins when the server has read all bytes and answered what it will answer, or can while nobody reads. */
export type Step =
  | {
      readonly kind: 'send'
      /** One character for each byte. */
      readonly text: string
      /** Where it is cut: the server has read what stands before a cut before it gets what stands after it. */
      readonly cuts: readonly number[]
      /** Of the cuts, those at which it has answered what it will answer, too. @default none */
      readonly pauses?: readonly number[]
    }
  /** The client reads nothing any more, until it reads on or all steps are over. */
  | { readonly kind: 'stop-reading' }
  | { readonly kind: 'read-on' }
  | StateStep

/** What happens to the server. */
export type StateStep =
  | { readonly kind: 'purge'; readonly pattern: string }
  | { readonly kind: 'invalidate'; readonly tag: string }
  /** Its clock goes on, in milliseconds. */
  | { readonly kind: 'pass'; readonly ms: number }

/**
 * Stands in requests for a name that no other play of a history has, of the same length: what is stored under it belongs
 * to this connection.
 */
export const ownName = 'zzzzzz'

/** A step that sends, whole unless it is cut. */
export const send = (text: string, cuts: readonly number[] = []): Step => ({ kind: 'send', text, cuts })

/** A history of one step. */
export const once = (text: string, cuts: readonly number[] = []): History => ({
  steps: [send(text, cuts)],
  fin: 'when-quiet',
})

/** As it can be pasted into a list of findings. */
export function printed({ steps, fin }: History): string {
  const lines = steps.map((step) => {
    if (step.kind !== 'send') return `  ${JSON.stringify(step)},`
    const cuts = step.cuts.length > 0 ? `, [${step.cuts.join(', ')}]` : ''
    return `  send(${JSON.stringify(step.text)}${cuts}),`
  })
  return `{ fin: '${fin}', steps: [\n${lines.join('\n')}\n] }`
}
