import type { Family } from './exposition.ts'
import type { VersionFigures } from './sources.ts'

/** Who still uses what: the metric to look at before something is taken away. */
export function versionFamilies(versions: () => readonly VersionFigures[]): Family[] {
  return [
    {
      name: 'hotpath_api_version_requests_total',
      help: 'Requests by version of the API, route and client; ending is true for what comes to its end.',
      type: 'counter',
      samples: () =>
        versions().map(({ version, route, client, isEnding, requests }) => ({
          value: requests,
          labels: { version: version ?? '', route, client, ending: String(isEnding) },
        })),
    },
  ]
}
