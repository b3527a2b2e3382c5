/** Longer texts are read anew each time. */
const longest = 256
const most = 256

/**
 * Remembers what was read from short texts, which are the same few in most headers. When too many have gathered, all
 * are forgotten: whoever sends ever new ones gains nothing, and nothing grows.
 */
export function remember<V>(read: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>()
  return (text) => {
    if (text.length > longest) return read(text)
    const before = known.get(text)
    if (before !== undefined) return before
    const value = read(text)
    if (known.size === most) known.clear()
    known.set(text, value)
    return value
  }
}
