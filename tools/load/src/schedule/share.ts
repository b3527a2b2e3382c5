import { errors } from '../errors.ts'

/** Which part of the load one generator drives, of all that run together. */
export interface Share {
  /** From 0. */
  index: number
  /** How many generators there are. */
  of: number
}

export const wholeShare: Share = { index: 0, of: 1 }

/** The elements of a share: each `of`-th, so that all shares together are the list. */
export function shareOf<T extends Float64Array | Uint32Array>(list: T, { index, of }: Share): T {
  if (of === 1) return list
  return list.filter((_, position) => position % of === index) as T
}

/** How much of a number of things falls to a share; the sum over all shares is `total`. */
export function shareOfCount(total: number, { index, of }: Share): number {
  return Math.floor((total - index - 1) / of) + 1
}

/** @throws HP_LOAD_OPTION */
export function checkShare(share: Share): Share {
  const { index, of } = share
  if (Number.isInteger(index) && Number.isInteger(of) && index >= 0 && index < of) return share
  throw errors.HP_LOAD_OPTION({
    option: 'share',
    given: `${index} of ${of}`,
    allowed: 'a whole number below the number of generators',
  })
}
