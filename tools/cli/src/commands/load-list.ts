import path from 'node:path'
import { findApp } from '../apps.ts'
import { exitCode } from '../exit-code.ts'
import { scenarioFilesOf, scenariosIn } from '../load/scenario-files.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

/** Lists what `hotpath load` can run of an application, by the names that it takes. */
export async function loadList(given: string | undefined, { json }: { json: boolean }): Promise<number> {
  const app = findApp(given)
  const found: { name: string; weight: number; file: string }[] = []
  for (const file of scenarioFilesOf(app.folder)) {
    for (const [name, { weight }] of Object.entries(await scenariosIn(file))) {
      found.push({ name: `${app.name}/${name}`, weight, file: path.relative(app.folder, file) })
    }
  }
  if (json) printJson({ app: app.name, scenarios: found })
  else {
    const rows = found.map(({ name, weight, file }) => [name, String(weight), file])
    print(renderTable(['Scenario', 'weight', 'file'], rows, ['left', 'right', 'left']))
  }
  return exitCode.ok
}
