/** HTML that may be put into a page as it is. */
export interface Markup {
  readonly markup: string
}

type Value = Markup | string | number | null | readonly Value[]

/** Writes HTML; every value that is not markup itself is escaped, so that no name or text of a run can add any. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  let markup = texts[0] ?? ''
  for (const [index, value] of values.entries()) markup += render(value) + (texts[index + 1] ?? '')
  return { markup }
}

export const nothing: Markup = { markup: '' }

function render(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeMarkup(String(value))
  return 'markup' in value ? value.markup : value.map(render).join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// Control characters are not allowed in XML, and JUnit files are XML.
// oxlint-disable-next-line no-control-regex -- they are what is removed
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text as it stands in HTML or XML, in an element or in a quoted attribute. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(controls, '').replaceAll(/[&<>"']/g, (character) => entities[character]!)
}
