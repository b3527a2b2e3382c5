/** A connection to open: where, when it was due, and what the session adds. */
export interface Opening<Options> {
  path: string
  due: number
  headers: Readonly<Record<string, string>>
  options: Options
  /** Says when the session's next step is due. */
  becomesDue(at: number): void
}
