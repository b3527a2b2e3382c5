import { html, type Markup } from './markup.ts'

type Cell = Markup | string | number | null

/** A table whose first column names its rows; the others hold figures. */
export function table(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${header.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = null, ...others]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${others.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

const mostRows = 120

/** The figures of a chart, folded up beneath it; of a long run every n-th row. */
export function chartTable(
  caption: string,
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): Markup {
  const every = Math.ceil(rows.length / mostRows)
  const shown = rows.filter((_, index) => index % every === 0)
  const title = every === 1 ? caption : `${caption} (every ${every}th row)`
  return html`<details>
    <summary>Figures</summary>
    ${table(title, header, shown)}
  </details>`
}
