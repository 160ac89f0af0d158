/** One observation: its residual, and how the prediction changes with each parameter, both in units of its error. */
export interface Row {
  residual: number
  gradient: readonly number[]
}

/**
 * One step of the Gauss-Newton method with a normal prior of mean 0 on each parameter: returns the improved parameters
 * and their covariance (Laplace approximation).
 *
 * @param precision 1 / variance of each parameter's prior
 */
export function gaussNewtonStep(
  rows: readonly Row[],
  parameters: readonly number[],
  precision: readonly number[],
): { parameters: number[]; covariance: number[][] } {
  const size = parameters.length
  const normal = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => (row === column ? (precision[row] ?? 1) : 0)),
  )
  const right = parameters.map((value, index) => -(precision[index] ?? 1) * value)
  for (const { residual, gradient } of rows) {
    for (let row = 0; row < size; row++) {
      const slope = gradient[row] ?? 0
      if (slope === 0) continue
      right[row] = (right[row] ?? 0) + slope * residual
      const line = normal[row]
      if (line)
        for (let column = 0; column < size; column++)
          line[column] = (line[column] ?? 0) + slope * (gradient[column] ?? 0)
    }
  }
  const covariance = invert(normal)
  return {
    covariance,
    parameters: parameters.map((value, row) => value + dot(covariance[row] ?? [], right)),
  }
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}

/** Inverse of a symmetric positive definite matrix, by Gauss-Jordan elimination: the priors make it one. */
function invert(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length
  const rows = matrix.map((line, row) => [
    ...line,
    ...Array.from({ length: size }, (_, column) => (row === column ? 1 : 0)),
  ])
  for (let pivot = 0; pivot < size; pivot++) {
    const pivotRow = rows[pivot] ?? []
    const scale = pivotRow[pivot] ?? 1
    for (let column = 0; column < 2 * size; column++) pivotRow[column] = (pivotRow[column] ?? 0) / scale
    for (const [index, row] of rows.entries()) {
      const factor = index === pivot ? 0 : (row[pivot] ?? 0)
      if (factor === 0) continue
      for (let column = 0; column < 2 * size; column++)
        row[column] = (row[column] ?? 0) - factor * (pivotRow[column] ?? 0)
    }
  }
  return rows.map((row) => row.slice(size))
}
