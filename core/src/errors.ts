import { defineErrors } from './error.ts'

/** Every error that @hotpath/core throws. */
export const coreErrors = defineErrors({
  HP_DURATION_INVALID: {
    what: '{given} is not a duration.',
    why: 'A duration is a number of milliseconds (0 or more), or a number and a unit: ms, s, m, h or d.',
    fix: 'Write for example 250, "250ms", "30s", "5m", "1.5h" or "1d".',
  },
  HP_BYTES_INVALID: {
    what: '{given} is not a byte size.',
    why: 'A byte size is a number of bytes (0 or more), or a number and a unit: B, kB, MB, GB (thousands) or KiB, MiB, GiB (1,024s).',
    fix: 'Write for example 1024, "75kB", "64MiB" or "1.5GB".',
  },
  HP_BUDGET_INVALID: {
    what: 'Cannot read the budget "{given}": {problem}.',
    why: 'A budget is a metric, possibly a statistic, a comparison and a bound.',
    fix: 'Write for example "p95 < 200ms", "hit > 80%", "errors < 1%", "boot-js < 75kB" or "LCP p75 < 2.5s".',
  },
  HP_ROUTE_INVALID: {
    what: 'Cannot read the route "{given}": {problem}.',
    why: 'A route is a method in capitals, one space and a path whose parameters are named like /api/ballots/:id.',
    fix: 'Write for example "GET /api/ballots/:id".',
  },
  HP_ROUTE_OPTION_INVALID: {
    what: 'The option {name} of the route "{pattern}" is {given}.',
    why: 'The options of a route are checked where it is declared, and {why}.',
    fix: 'Correct it: {fix}.',
  },
  HP_ROUTE_DUPLICATE: {
    what: 'The route "{given}" is declared twice.',
    why: 'Two declarations of one route could not both hold.',
    fix: 'Keep one of them.',
  },
  HP_HISTOGRAM_INCOMPATIBLE: {
    what: 'Cannot merge a histogram of {theirs} precision bits into one of {ours}.',
    why: 'What the coarser one holds cannot be told apart as finely.',
    fix: 'Create both with the same precisionBits, or merge the finer one into the coarser one.',
  },
  HP_HISTOGRAM_CORRUPT: {
    what: 'Cannot read a stored histogram: {problem}.',
    why: 'It was not written by histogram.toJSON(), or the file was cut.',
    fix: 'Run the measurement again.',
  },
})
