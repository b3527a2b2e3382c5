/** What every command takes. */
export const jsonOption = [
  '--json',
  'print one JSON document on stdout; progress goes to stderr',
  false,
] as const

/** An example below a command's options. */
export const example = (line: string): string => `\nExample:\n  $ npx ${line}\n`
