const SMALLEST = 1024
/** Where nobody says how long a context the model was trained for. */
const UNKNOWN_MAX = 32_768

/** Steps of a context slider: powers of two from 1,024, and at the end what the model was trained for. */
export function contextSteps(trained: number | null): number[] {
  const max = trained ?? UNKNOWN_MAX
  const steps: number[] = []
  for (let tokens = SMALLEST; tokens < max; tokens *= 2) steps.push(tokens)
  return [...steps, max]
}

/** The step that is nearest to a context length, by its place. */
export function nearestStep(steps: readonly number[], tokens: number): number {
  let best = 0
  for (const [index, step] of steps.entries()) {
    if (Math.abs(Math.log(step / tokens)) < Math.abs(Math.log((steps[best] ?? 1) / tokens))) best = index
  }
  return best
}
