/** One move of a path: a name, a place in a list (negative from its end), every element, or a name at any depth. */
type Move = { name: string } | { index: number } | 'every' | { anywhere: string }

const moves = /\.\.([\w$-]+)|\.([\w$-]+|\*)|\[\s*(?:(-?\d+)|(\*)|'([^']*)'|"([^"]*)")\s*\]/y

/**
 * What a JSONPath (RFC 9535) leads to: `$.token`, `$.items[0].id`, `$['a b']`, `$.items[*].id`, `$..id`. Of several
 * values the first; undefined when there is none. Filters, slices and unions are not known.
 * @returns null when the path cannot be read
 */
export function compileJsonPath(path: string): ((value: unknown) => unknown) | null {
  const steps = parse(path.trim())
  if (steps === null) return null
  return (value) => {
    let found: unknown[] = [value]
    for (const step of steps) found = found.flatMap((one) => follow(one, step))
    return found[0]
  }
}

function parse(path: string): Move[] | null {
  const text = path.startsWith('$') ? path.slice(1) : path.startsWith('[') ? path : `.${path}`
  const steps: Move[] = []
  moves.lastIndex = 0
  while (moves.lastIndex < text.length) {
    const found = moves.exec(text)
    if (found === null) return null
    const [, anywhere, dotted, index, star, single, double] = found
    if (anywhere !== undefined) steps.push({ anywhere })
    else if (index !== undefined) steps.push({ index: Number(index) })
    else if (star !== undefined || dotted === '*') steps.push('every')
    else steps.push({ name: dotted ?? single ?? double ?? '' })
  }
  return steps
}

function follow(value: unknown, step: Move): unknown[] {
  if (step === 'every') return childrenOf(value)
  if ('anywhere' in step) return everywhere(value, step.anywhere)
  if ('index' in step) {
    const element = Array.isArray(value) ? (value.at(step.index) as unknown) : undefined
    return element === undefined ? [] : [element]
  }
  return isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []
}

/** Every value called `name`, the outer ones first. */
function everywhere(root: unknown, name: string): unknown[] {
  const found: unknown[] = []
  const waiting: unknown[] = [root]
  // Breadth first and without recursion: the depth of an answer is not ours to choose.
  for (let at = 0; at < waiting.length; at++) {
    const value = waiting[at]
    if (isObject(value) && Object.hasOwn(value, name)) found.push(value[name])
    for (const child of childrenOf(value)) waiting.push(child)
  }
  return found
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
