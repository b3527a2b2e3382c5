/** Figures under names that somebody else chooses, in bounded number. */
export interface NamedFigures<F> {
  /** Those of a name; of no more than `most` names, and of `other` for the rest and for what is no name. */
  of(name: unknown): F
  all(): readonly { readonly name: string; readonly figures: F }[]
}

/** Names apart from each other. They come from the program, and there are few. */
const mostNames = 50
const longestName = 100
const otherName = 'other'

export function createNamedFigures<F>(create: () => F): NamedFigures<F> {
  const byName = new Map<string, F>()

  function add(name: string): F {
    const figures = create()
    byName.set(name, figures)
    return figures
  }

  function of(name: unknown): F {
    const isName = typeof name === 'string' && name !== '' && name.length <= longestName
    const known = isName ? byName.get(name) : undefined
    if (known !== undefined) return known
    return isName && byName.size < mostNames ? add(name) : (byName.get(otherName) ?? add(otherName))
  }

  return { of, all: () => Array.from(byName, ([name, figures]) => ({ name, figures })) }
}
