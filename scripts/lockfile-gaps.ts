/** The part of package-lock.json that matters here. */
export interface Lockfile {
  packages: Record<
    string,
    { optionalDependencies?: Record<string, string>; resolved?: string; link?: boolean }
  >
}

/**
 * What a lockfile lacks. npm silently leaves out optional packages whose platform build it could not find, and
 * `npm ci` then fails elsewhere; and an address in it would bind everybody to one registry.
 */
export function lockfileGaps({ packages }: Lockfile): string[] {
  const installed = new Set(
    Object.keys(packages).map((place) => place.slice(place.lastIndexOf('node_modules/') + 13)),
  )
  return Object.entries(packages).flatMap(([place, entry]) => [
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !installed.has(name))
      .map((name) => `${place || 'the root'} names ${name}, which has no entry`),
    ...(entry.resolved?.includes('://') ? [`${place} carries the address ${entry.resolved}`] : []),
  ])
}
