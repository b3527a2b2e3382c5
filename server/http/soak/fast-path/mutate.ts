import type { Dice } from '../../../cache/soak/real/dice.ts'

/** Bytes that mean something to a parser, or should not. */
const telling = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '/',
  '\0',
  '\u007F',
  '\u00FF',
  '%',
  '#',
  '0',
  '"',
  'G',
]

type Change = (text: string, at: number, dice: Dice) => string

const changes: readonly Change[] = [
  (text, at, dice) => `${text.slice(0, at)}${dice.pick(telling)}${text.slice(at)}`,
  (text, at, dice) => `${text.slice(0, at)}${dice.pick(telling)}${text.slice(at + 1)}`,
  (text, at, dice) => `${text.slice(0, at)}${String.fromCodePoint(dice.below(256))}${text.slice(at + 1)}`,
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at, dice) => text.slice(0, at) + text.slice(at + 1 + dice.below(20)),
  (text, at, dice) => text.slice(0, at) + text.slice(Math.max(0, at - dice.below(40))),
  (text, at) => text.slice(0, at) + otherCase(text[at] ?? '') + text.slice(at + 1),
  (text, _at, dice) => withLines(text, (lines) => lines.toSpliced(dice.below(lines.length), 1)),
  (text, _at, dice) =>
    withLines(text, (lines) => lines.toSpliced(dice.below(lines.length), 0, dice.pick(lines))),
  (text, _at, dice) => {
    const line = dice.below(text.split('\r\n').length)
    return withLines(text, (lines) => lines.with(line, `${dice.pick([' ', '\t'])}${lines[line]}`))
  },
  (text, at) => text.slice(0, at),
]

/** A text with one to three changes that the dice decide. */
export function mutated(text: string, dice: Dice): string {
  let changed = text
  for (let left = dice.pick([1, 1, 2, 3]); left > 0; left--) {
    changed = dice.pick(changes)(changed, dice.below(changed.length + 1), dice)
  }
  return changed
}

const otherCase = (letter: string) =>
  letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()

const withLines = (text: string, change: (lines: string[]) => string[]) =>
  change(text.split('\r\n')).join('\r\n')
