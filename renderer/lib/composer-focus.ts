const EVENT = 'hearth:focus-composer'

/** Asks the composer of the page to take the keyboard. */
export function focusComposer(): void {
  window.dispatchEvent(new Event(EVENT))
}

/** Calls back when the composer should take the keyboard; returns the way to stop. */
export function onFocusComposer(listener: () => void): () => void {
  window.addEventListener(EVENT, listener)
  return () => window.removeEventListener(EVENT, listener)
}
