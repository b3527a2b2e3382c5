/**
 * Least squares without negative coefficients: the x ≥ 0 that brings A·x closest to b (Lawson and Hanson, "Solving
 * Least Squares Problems", 1974, chapter 23). Rows of A are observations.
 * @throws RangeError when A and b differ in length
 */
export function nonNegativeLeastSquares(a: readonly (readonly number[])[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`${a.length} observations have ${b.length} values.`)
  const columns = a[0]?.length ?? 0
  const normal = Array.from({ length: columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => a.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  )
  const target = Array.from({ length: columns }, (_, i) =>
    a.reduce((sum, row, index) => sum + row[i]! * b[index]!, 0),
  )
  const free = new Set<number>()
  let x = Array.from({ length: columns }, () => 0)
  const tolerance = 1e-10 * Math.max(1, ...target.map(Math.abs))

  // Each round sets one more coefficient free; three per column are far more than it ever takes.
  for (let round = 0; round < 3 * columns; round++) {
    const next = steepest(gradient(normal, target, x), free, tolerance)
    if (next === undefined) break
    free.add(next)
    x = settle({ normal, target, free, from: x })
  }
  return x
}

/** How much faster the squares fall with each coefficient. */
function gradient(normal: readonly number[][], target: readonly number[], x: readonly number[]): number[] {
  return target.map((value, i) => value - normal[i]!.reduce((sum, each, j) => sum + each * x[j]!, 0))
}

function steepest(
  slope: readonly number[],
  free: ReadonlySet<number>,
  tolerance: number,
): number | undefined {
  let best: number | undefined
  for (const [index, value] of slope.entries()) {
    if (free.has(index) || value <= tolerance) continue
    if (best === undefined || value > slope[best]!) best = index
  }
  return best
}

interface Settling {
  normal: readonly number[][]
  target: readonly number[]
  /** Coefficients that may be above 0; those that would fall below are taken out. */
  free: Set<number>
  from: readonly number[]
}

/** Moves towards the unbounded solution over the free coefficients, as far as none becomes negative. */
function settle({ normal, target, free, from }: Settling): number[] {
  let x = [...from]
  while (free.size > 0) {
    const names = [...free]
    const solution = solve(
      names.map((i) => names.map((j) => normal[i]![j]!)),
      names.map((i) => target[i]!),
    )
    const z = x.map(() => 0)
    for (const [index, name] of names.entries()) z[name] = solution[index]!
    if (names.every((name) => z[name]! > 0)) return z
    const step = Math.min(
      ...names.filter((name) => z[name]! <= 0).map((name) => x[name]! / (x[name]! - z[name]! || 1)),
    )
    x = x.map((value, index) => value + step * (z[index]! - value))
    for (const name of names) {
      if (z[name]! > 0 || x[name]! > 1e-12 * Math.max(1, ...x)) continue
      x[name] = 0
      free.delete(name)
    }
  }
  return x
}

/** Gauss's elimination with the largest pivot; columns that say nothing new get 0. */
function solve(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const size = values.length
  const rows = matrix.map((row, index) => [...row, values[index]!])
  const scale = Math.max(...rows.map((row, index) => Math.abs(row[index]!)), Number.MIN_VALUE)
  const isPivot = Array.from({ length: size }, () => true)
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row
    }
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const head = rows[column]!
    if (Math.abs(head[column]!) < 1e-12 * scale) {
      isPivot[column] = false
      continue
    }
    for (const [index, row] of rows.entries()) {
      if (index === column) continue
      const factor = row[column]! / head[column]!
      for (let each = column; each <= size; each++) row[each] = row[each]! - factor * head[each]!
    }
  }
  return rows.map((row, index) => (isPivot[index] ? row[size]! / row[index]! : 0))
}
