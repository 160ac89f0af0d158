/** Minutes that a model may stay in memory; a negative number is for ever, 0 unloads it at once. */
const KEEP_ALIVE = [0, 1, 5, 15, 30, 60, 240, -1]
const STATE_BYTES = [1e9, 2e9, 4e9, 8e9, 16e9, 32e9]

/** What is offered for the keep-alive, with the value that is set where it is none of the usual ones. */
export function keepAliveChoices(current: number): number[] {
  const value = current < 0 ? -1 : current
  return [...new Set([...KEEP_ALIVE, value])].toSorted((a, b) => rank(a) - rank(b))
}

/** What is offered for the disk that kept conversations may take, in bytes. */
export function stateChoices(current: number): number[] {
  return [...new Set([...STATE_BYTES, current])].toSorted((a, b) => a - b)
}

function rank(minutes: number): number {
  return minutes < 0 ? Infinity : minutes
}
