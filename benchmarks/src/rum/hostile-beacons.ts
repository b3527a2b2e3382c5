import { beaconVersion, connectionClasses, deviceClasses, navigationKinds } from '@hotpath/core'

/** From 0 up to 1. */
type Random = () => number

/** The pages that the application declares. */
export const declared = Array.from({ length: 20 }, (_, page) => `/page-${page}/:id`)

/**
 * Texts as somebody would send them who wants to fill the memory, the metrics page or the log: well-formed ones with
 * names made up, figures that nobody can have, fields of all objects, and all of that cut short, doubled or with a few
 * characters changed.
 */
export function hostileBeacons(random: Random): () => string {
  const below = (end: number) => Math.floor(random() * end)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!
  const noise = Array.from({ length: 65_536 }, () => String.fromCharCode(97 + below(26))).join('')
  const letters = (length: number) => {
    const from = below(noise.length - length)
    return noise.slice(from, from + length)
  }
  const traps = [
    '__proto__',
    'constructor',
    'toString',
    '',
    'other',
    '\0',
    '😀',
    '../..',
    '<b>',
    'x'.repeat(500),
  ]
  const name = () => (random() < 0.2 ? pick(traps) : letters(1 + below(40)))
  const figure = (): unknown =>
    random() < 0.6 ? random() * 10 ** below(9) : pick([0, -1, 1e308, null, '7', [], {}, true])

  const view = () => ({
    route: random() < 0.5 ? pick(declared) : `/${name()}`,
    navigation: random() < 0.7 ? pick(navigationKinds) : name(),
    vitals: {
      LCP: figure(),
      INP: figure(),
      CLS: figure(),
      FCP: figure(),
      TTFB: figure(),
      [name()]: figure(),
    },
    elements: { LCP: `#${letters(12)}`, INP: `main>${name()}.${letters(6)}`, CLS: name() },
    script: `/${letters(12)}.js`,
    tasks: { count: figure(), totalMs: figure(), longestMs: figure() },
    errors: Array.from({ length: below(15) }, () => ({
      name: `E${letters(8)}`,
      file: `/${letters(8)}.js`,
      count: figure(),
    })),
    server: { trace: letters(32), cache: name(), databaseMs: figure() },
    [name()]: name(),
  })
  const whole = () =>
    JSON.stringify({
      version: random() < 0.95 ? beaconVersion : figure(),
      device: random() < 0.7 ? pick(deviceClasses) : name(),
      connection: random() < 0.7 ? pick(connectionClasses) : name(),
      views: Array.from({ length: random() < 0.02 ? 60 : 1 + below(2) }, view),
    })

  return () => {
    const text = whole()
    const dice = random()
    if (dice < 0.7) return text
    if (dice < 0.8) return text.slice(0, below(text.length))
    if (dice < 0.85) return text.replaceAll('"route"', '"__proto__"')
    if (dice < 0.9) return text + text
    if (dice < 0.91) return '['.repeat(below(16_000))
    const at = below(text.length)
    return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1)
  }
}
