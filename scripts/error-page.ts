import type { ErrorEntry } from '@hotpath/core'

/** The errors of one package. */
export interface Catalogue {
  name: string
  entries: Record<string, ErrorEntry>
}

/** The reference page of every error code. @throws Error when two packages claim one code */
export function errorPage(catalogues: readonly Catalogue[]): string {
  const owners = new Map<string, string>()
  const sections = catalogues.map(({ name, entries }) => {
    const rows = Object.entries(entries).map(([code, { what, why, fix }]) => {
      const owner = owners.get(code)
      if (owner) throw new Error(`${code} is declared by ${owner} and by ${name}`)
      owners.set(code, name)
      return `| \`${code}\` | ${[what, why, fix].map(cell).join(' | ')} |`
    })
    return [
      `## ${name}`,
      '',
      '| code | what happened | why | what to do |',
      '|---|---|---|---|',
      ...rows,
      '',
    ].join('\n')
  })
  return [
    '# Errors',
    '',
    'Every error that Hotpath throws is a `HotpathError` with a `code` that stays the same across releases, and says what happened, why, and what to do. Words in braces are filled in. This page is generated from the code (`npm run docs`).',
    '',
    ...sections,
  ].join('\n')
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
