import { html, type Markup } from '../../report/markup.ts'
import type { DeploymentCheck } from './check.ts'
import type { ResourceUse } from './resources.ts'

const width = 960
const row = { height: 44, top: 64, left: 220, right: 190 }

/** A deployment as bars, one for each resource: how much of what may be used the peak takes (SVG, self-contained). */
export function drawDeployment({ resources, verdict, load }: DeploymentCheck, title: string): string {
  const most = Math.max(1.2, ...resources.map(({ used, there }) => Math.min(3, used / there)))
  const scale = (width - row.left - row.right) / most
  const height = row.top + resources.length * row.height + 30
  const full = row.left + scale
  const summary = `${verdict}: ${load.users.toLocaleString('en-US')} users, ${figure(load.rate)} requests/s, ${Math.round(100 * load.headroom)} % headroom.`
  const picture = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="plan-title plan-summary"
  >
    <title id="plan-title">${title}</title>
    <desc id="plan-summary">${summary}</desc>
    <style>
      svg {
        background: #fff;
        color: #222;
        font:
          13px system-ui,
          sans-serif;
      }
      text {
        fill: currentColor;
      }
      .head {
        font-weight: 600;
        font-size: 15px;
      }
      .name {
        text-anchor: end;
      }
      .fits {
        fill: #1b7f4c;
      }
      .short {
        fill: #c62f2f;
      }
      line {
        stroke: currentColor;
        stroke-dasharray: 4 3;
      }
      @media (prefers-color-scheme: dark) {
        svg {
          background: #16181c;
          color: #ddd;
        }
      }
    </style>
    <text class="head" x="16" y="22">${title}</text>
    <text x="16" y="42">${summary}</text>
    ${resources.map((resource, index) => bar(resource, { y: row.top + index * row.height, scale }))}
    <line x1="${full}" x2="${full}" y1="${row.top - 6}" y2="${height - 26}" />
    <text x="${full}" y="${height - 8}" text-anchor="middle">what may be used</text>
  </svg>`
  return `${picture.markup}\n`
}

function bar(resource: ResourceUse, { y, scale }: { y: number; scale: number }): Markup {
  const { name, unit, used, there, fits } = resource
  const length = Math.max(1, scale * Math.min(3, used / there))
  return html`<text class="name" x="${row.left - 10}" y="${y + 20}">${name}</text>
    <rect
      class="${fits ? 'fits' : 'short'}"
      x="${row.left}"
      y="${y + 4}"
      width="${length.toFixed(1)}"
      height="24"
    />
    <text x="${Math.max(row.left + length, row.left + scale) + 8}" y="${y + 20}"
      >${figure(used)} of ${figure(there)} ${unit}</text
    >`
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
