import { beaconLimits } from '@hotpath/core'

/** The text of a selector that may be shown: known characters alone, figures replaced, of a bounded length. */
export function cleanSelector(given: unknown): string | undefined {
  const text = shortText(given)
  // Ids and classes made by a program number things, and what is numbered may be a person.
  return text !== undefined && selector.test(text) ? text.replaceAll(/(?<=[#.][^>]*)\d+/g, '*') : undefined
}

/** A path of a script without host and query; undefined for what is none. */
export function cleanFile(given: unknown): string | undefined {
  const text = shortText(given)
  return text === '' || (text !== undefined && file.test(text)) ? text : undefined
}

/** The name of an error's class: `TypeError`. */
export function cleanErrorName(given: unknown): string {
  return typeof given === 'string' && errorName.test(given) ? given : 'Error'
}

/** A trace id of W3C Trace Context that names a trace. */
export function cleanTrace(given: unknown): string | undefined {
  return typeof given === 'string' && traceId.test(given) && !/^0+$/.test(given) ? given : undefined
}

/** One of few lower-case words: what a cache did. */
export function cleanWord(given: unknown): string | undefined {
  return typeof given === 'string' && word.test(given) ? given : undefined
}

/** Tags, ids and classes; neither quotes nor spaces, so no attribute's text and no sentence. */
const selector = /^[\w.#>:()[\]*/%!@-]+$/
const file = /^\/[\w./@~+-]*$/
const errorName = /^[A-Z][A-Za-z]{0,39}$/
const traceId = /^[0-9a-f]{32}$/
const word = /^[a-z][a-z-]{0,19}$/

function shortText(given: unknown): string | undefined {
  return typeof given === 'string' && given.length <= beaconLimits.text ? given : undefined
}
