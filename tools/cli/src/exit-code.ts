/** What the command's exit code says; scripts rely on it. */
export const exitCode = {
  ok: 0,
  /** A budget is broken, or a regression was found. */
  broken: 1,
  /** The measurement does not decide. */
  inconclusive: 2,
  /** The run says nothing: the generator was the limit. */
  invalid: 3,
  /** Wrong usage or input; the message says what, why and what to do. */
  usage: 4,
} as const
