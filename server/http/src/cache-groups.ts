/**
 * Tags as a Cache-Groups field (RFC 9875): a list of structured-field strings. Whatever a structured string cannot
 * hold, and the percent sign itself, is percent-encoded, so no tag can end the header or look like two.
 */
export function formatCacheGroups(tags: readonly string[]): string {
  if (tags.length === 1) return `"${encodeTag(tags[0]!)}"`
  return tags.map((tag) => `"${encodeTag(tag)}"`).join(', ')
}

/**
 * The tags in a Cache-Groups field. A string that was percent-encoded counts both as written and as decoded: a tag
 * too many costs a miss, a tag too few a wrong answer. Undefined when the field cannot be read.
 */
export function parseCacheGroups(field: string): string[] | undefined {
  const tags: string[] = []
  let rest = field.trim()
  while (rest !== '') {
    const member = /^"((?:[ !#-[\]-~]|\\["\\])*)"(?:;[^,"]*)?[ \t]*(?:,[ \t]*(?=\S)|$)/.exec(rest)
    if (!member) return undefined
    const written = member[1]!.replaceAll(/\\(["\\])/g, '$1')
    if (written !== '') tags.push(written)
    const decoded = decodeTag(written)
    if (decoded !== written && decoded !== '') tags.push(decoded)
    rest = rest.slice(member[0].length)
  }
  return tags
}

/** What most tags consist of. */
const plain = /^[ !#$&-[\]-~]*$/

function encodeTag(tag: string): string {
  if (plain.test(tag)) return tag
  return tag
    .toWellFormed()
    .replaceAll(/[^ !-$&-~]+/g, encodeURIComponent)
    .replaceAll(/["\\]/g, String.raw`\$&`)
}

function decodeTag(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}
