/**
 * Finds the template of a path: `/ballots/:id` for `/ballots/7`. The first that fits is taken, so fixed ones stand
 * before those with parameters.
 */
export function matchTemplates(templates: readonly string[]): (path: string) => string | undefined {
  const known = templates.map((template) => ({ template, segments: template.split('/') }))
  return (path) => {
    const given = path.split('/')
    const fits = (segment: string, at: number) =>
      segment === given[at] || (segment.startsWith(':') && given[at] !== '')
    return known.find(({ segments }) => segments.length === given.length && segments.every(fits))?.template
  }
}
