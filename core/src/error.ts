/** An error whose code is stable, and which says what happened, why, and what to do about it. */
export class HotpathError extends Error {
  override readonly name = 'HotpathError'
  /** Stable across releases; match on this, never on the message. */
  readonly code: string
  /** What happened, with the figures. */
  readonly what: string
  /** Why it happened. */
  readonly why: string
  /** What to do now. */
  readonly fix: string

  constructor(entry: { code: string; what: string; why: string; fix: string }, options?: ErrorOptions) {
    super(`${entry.what} ${entry.why} ${entry.fix}`, options)
    this.code = entry.code
    this.what = entry.what
    this.why = entry.why
    this.fix = entry.fix
  }
}

/** One entry of a catalogue. `{name}` in any text is filled with the value given under that name. */
export interface ErrorEntry {
  what: string
  why: string
  fix: string
}

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never

type Values<E extends ErrorEntry> = Placeholders<E['what'] | E['why'] | E['fix']>

type Raise<E extends ErrorEntry> = [Values<E>] extends [never]
  ? (values?: undefined, options?: ErrorOptions) => HotpathError
  : (values: Record<Values<E>, string | number>, options?: ErrorOptions) => HotpathError

/** A catalogue: one constructor per code, and the entries themselves for the reference page. */
export type ErrorCatalogue<T extends Record<string, ErrorEntry>> = {
  readonly [Code in keyof T]: Raise<T[Code]>
} & {
  readonly entries: T
}

/**
 * Declares a package's errors as data. Each code becomes a function that makes the error:
 * `throw errors.HP_DURATION_INVALID({ given: '5 parsecs' })`.
 */
export function defineErrors<const T extends Record<string, ErrorEntry>>(entries: T): ErrorCatalogue<T> {
  const catalogue: Record<string, unknown> = { entries }
  for (const [code, entry] of Object.entries(entries)) {
    catalogue[code] = (values: Record<string, string | number> = {}, options?: ErrorOptions) =>
      new HotpathError(
        { code, what: fill(entry.what, values), why: fill(entry.why, values), fix: fill(entry.fix, values) },
        options,
      )
  }
  return catalogue as ErrorCatalogue<T>
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
