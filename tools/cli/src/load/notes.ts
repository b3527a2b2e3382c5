import type { Imported } from '@hotpath/load/import'
import { say } from '../terminal.ts'

/** Says what of an imported script runs otherwise, or not at all. */
export function printNotes({ format, notes }: Imported): void {
  const skipped = notes.filter((note) => note.kind === 'skipped').length
  say(`Imported from ${format}: ${skipped === 0 ? 'nothing is skipped' : `${skipped} skipped`}.`)
  for (const { line, kind, text } of notes) {
    say(`  ${line === null ? '' : `line ${line}: `}${kind === 'skipped' ? 'skipped: ' : ''}${text}`)
  }
}
