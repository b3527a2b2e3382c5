/** `Rosa Delgado-Kim` as `RD`: the first letters of the first and the last name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const picked = words.length > 1 ? [words[0]!, words.at(-1)!] : words
  return picked.map((word) => String.fromCodePoint(word.codePointAt(0)!).toLocaleUpperCase()).join('')
}

/** One of six hues, always the same for a name. */
export function hueOf(name: string): number {
  let sum = 7
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 65_521
  return sum % 6
}
