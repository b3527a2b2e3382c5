/** Milliseconds since 1970. Passed in wherever time decides, so that tests own it. */
export type Clock = () => number
