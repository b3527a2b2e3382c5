import { exitCode } from '../exit-code.ts'
import { buildPages } from '../pages/build-pages.ts'
import { createProgressBars, print, printJson } from '../terminal.ts'

/** Builds the console and the applications' pages where their sources changed. */
export async function build({ json }: { json: boolean }): Promise<number> {
  const bars = createProgressBars()
  const built = await buildPages(bars.report)
  bars.end()
  if (json) printJson({ built })
  else print(built.length > 0 ? `Built ${built.join(', ')}.` : 'Everything is built already.')
  return exitCode.ok
}
