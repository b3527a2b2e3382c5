import { describeRoute } from '@hotpath/http'
import { findApp, loadRoutes } from '../apps.ts'
import { exitCode } from '../exit-code.ts'
import { renderTable } from '../table.ts'
import { print, printJson } from '../terminal.ts'

/** Prints each route of an application with the headers it sends, its tags and its budget. */
export async function routes(name: string | undefined, { json }: { json: boolean }): Promise<number> {
  const declared = await loadRoutes(findApp(name))
  const described = declared.map(describeRoute)
  if (json) {
    printJson(described)
    return exitCode.ok
  }
  const rows = described.map((route) => [
    route.route,
    route.headers['cdn-cache-control'] ?? '',
    route.headers['cache-control'] ?? '',
    route.tags.join(' '),
    route.budgets.join(', '),
  ])
  print(renderTable(['Route', 'Shared caches', 'Browsers', 'Tags', 'Budget'], rows))
  return exitCode.ok
}
