import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { onThemeChange } from '../../shell/theme.ts'
import type { ChartData } from './chart-data.ts'
import { plotOptions } from './plot-options.ts'

interface PlotProps {
  /** Its lines, bounds, unit and axis stay what they were first. */
  data: ChartData
  height: number
  /** The place that the keyboard points to; null while it points nowhere. */
  cursor: number | null
  onCursor: (place: number | null) => void
}

/** The drawing: uPlot on a canvas. It is made anew when the colours change, and fed otherwise. */
export function Plot({ data, height, cursor, onCursor }: PlotProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const latest = useRef(data)

  useEffect(() => {
    latest.current = data
    plot.current?.setData(columnsOf(data))
  }, [data])

  useEffect(() => {
    const element = box.current!
    const make = () => {
      plot.current?.destroy()
      const options = plotOptions({ element, height, latest: () => latest.current, onCursor })
      plot.current = new uPlot(options, columnsOf(latest.current), element)
    }
    make()
    const stop = onThemeChange(make)
    const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }))
    size.observe(element)
    return () => {
      stop()
      size.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [height, onCursor])

  useEffect(() => {
    const at = cursor === null ? undefined : latest.current.at[cursor]
    const { current } = plot
    if (!current || at === undefined) return
    current.setCursor({ left: current.valToPos(at, 'x'), top: current.over.clientHeight / 2 }, false)
  }, [cursor])

  return <div ref={box} aria-hidden="true" />
}

function columnsOf({ at, lines, bounds = [] }: ChartData): uPlot.AlignedData {
  return [
    [...at],
    ...lines.map(({ values }) => [...values]),
    ...bounds.map(({ value }) => at.map(() => value)),
  ]
}
