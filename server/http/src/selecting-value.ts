/** A member of a list with weights (RFC 9110 §12.4.2): a token and perhaps a weight. */
const weighted = /^([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/

/** Headers whose members stand for themselves, whatever their order and case (RFC 9110 §12.5.3, §12.5.4). */
const unordered: ReadonlySet<string> = new Set(['accept-encoding', 'accept-language'])

/** Forms remembered: browsers of one kind send the same few. */
const mostForms = 1_000
const forms = new Map<string, string>()

/**
 * What a request header says, in one form for all its spellings (RFC 9111 §4.1). White space around commas says nothing
 * in any list; in Accept-Encoding and Accept-Language neither do letter case, the order of members (equal weights are
 * equal preferences), nor how a weight is written.
 */
export function selectingValue(name: string, value: string): string {
  if (!unordered.has(name)) return spaced(value)
  const known = forms.get(value)
  if (known !== undefined) return known
  const form = ordered(value.toLowerCase()) ?? spaced(value)
  if (forms.size >= mostForms) forms.clear()
  forms.set(value, form)
  return form
}

function spaced(value: string): string {
  if (!value.includes(',')) return value.trim()
  return partsOf(value).join(',')
}

const partsOf = (value: string) => value.split(',').map((part) => part.trim())

/** The members by falling weight, then by name; undefined where one of them is nothing known. */
function ordered(value: string): string | undefined {
  const members: { token: string; weight: number }[] = []
  for (const part of partsOf(value)) {
    if (part === '') continue
    const [, token, weight] = weighted.exec(part) ?? []
    if (token === undefined) return undefined
    members.push({ token, weight: Number(weight ?? 1) })
  }
  members.sort((one, other) => other.weight - one.weight || (one.token < other.token ? -1 : 1))
  return members.map(({ token, weight }) => (weight === 1 ? token : `${token};q=${weight}`)).join(',')
}
