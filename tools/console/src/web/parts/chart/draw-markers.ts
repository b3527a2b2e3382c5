import type uPlot from 'uplot'
import type { Marker } from './chart-data.ts'

const colours: Record<Marker['kind'], string> = { deploy: '--series-3', load: '--series-5', alert: '--bad' }
const letters: Record<Marker['kind'], string> = { deploy: 'D', load: 'L', alert: '!' }

interface Drawing {
  markers: readonly Marker[]
  colour: (token: string) => string
  font: string
}

/** Draws a dashed line for each marker that is in view, with a letter on top: colour is never the only sign. */
export function drawMarkers(
  { ctx, bbox, scales, valToPos }: uPlot,
  { markers, colour, font }: Drawing,
): void {
  const { min = 0, max = 0 } = scales['x'] ?? {}
  const ratio = devicePixelRatio
  ctx.save()
  ctx.font = font.replace(/^\d+/, (size) => String(Number(size) * ratio * 0.83))
  ctx.textAlign = 'center'
  ctx.lineWidth = ratio
  for (const { at, kind } of markers) {
    if (at < (min ?? 0) || at > (max ?? 0)) continue
    const x = Math.round(valToPos(at, 'x', true))
    ctx.strokeStyle = colour(colours[kind])
    ctx.fillStyle = ctx.strokeStyle
    ctx.setLineDash([3 * ratio, 3 * ratio])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.fillText(letters[kind], x, bbox.top - 3 * ratio)
  }
  ctx.restore()
}
