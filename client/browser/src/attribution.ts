import { beaconLimits } from '@hotpath/core/beacon'

/** A way to an element by tags, ids and classes, from the next id above it; figures are left out. */
export function selectorOf(node: Node | null | undefined): string | undefined {
  let selector = ''
  for (let element = elementOf(node); element; element = element.parentElement) {
    const { id, localName, classList } = element
    const part = (id ? `#${id}` : [localName, ...[...classList].slice(0, 2)].join('.')).replace(
      /(?<=[#.].*)\d+/g,
      '*',
    )
    const longer = selector && part ? `${part}>${selector}` : part
    if (longer.length > beaconLimits.text) break
    selector = longer
    if (id || localName === 'body') break
  }
  return selector || undefined
}

const elementOf = (node: Node | null | undefined): Element | null =>
  node instanceof Element ? node : (node?.parentElement ?? null)

/** The path of an address of this site or another, without host and query. */
export function fileOf(address: string | undefined): string {
  return address ? new URL(address, location.href).pathname.slice(0, beaconLimits.text) : ''
}

interface Frame extends PerformanceEntry {
  scripts?: { duration: number; sourceURL: string }[]
}

const mostFrames = 20

/** Watches long animation frames: which file ran longest while something took place. */
export function watchFrames(): (during: PerformanceEntry | undefined) => string | undefined {
  let frames: Frame[] = []
  watch('long-animation-frame', (entry) => {
    frames = [...frames, entry].slice(-mostFrames)
  })
  return (during) => {
    if (!during) return undefined
    const end = during.startTime + during.duration
    const scripts = frames
      .filter(({ startTime, duration }) => startTime < end && startTime + duration > during.startTime)
      .flatMap(({ scripts = [] }) => scripts)
      .sort((a, b) => b.duration - a.duration)
    return fileOf(scripts[0]?.sourceURL) || undefined
  }
}

/** Hears of each entry of a kind, past ones too; of none where the browser does not know the kind. */
export function watch(type: string, hear: (entry: PerformanceEntry) => void): void {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) hear(entry)
  }).observe({ type, buffered: true })
}
