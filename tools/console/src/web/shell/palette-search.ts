/** Something that the palette does. */
export interface Command {
  id: string
  name: string
  kind: string
  run: () => void
}

const most = 12

/**
 * The commands whose name holds each of the words, those first in which a word begins what was typed. At most twelve:
 * who sees more types on.
 */
export function found(commands: readonly Command[], text: string): Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return commands.slice(0, most)
  const rank = (command: Command) => {
    const name = command.name.toLowerCase()
    if (!words.every((word) => name.includes(word))) return null
    return name.startsWith(words[0]!)
      ? 0
      : name.split(/[\s/]+/).some((part) => part.startsWith(words[0]!))
        ? 1
        : 2
  }
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter(({ rank }) => rank !== null)
    .toSorted((a, b) => a.rank! - b.rank!)
    .slice(0, most)
    .map(({ command }) => command)
}
