const HIDDEN_MS = 200

/** Calls back with the next frame; a hidden window paints none and gets a timer instead. */
export function onNextFrame(callback: () => void): void {
  if (document.hidden) setTimeout(callback, HIDDEN_MS)
  else requestAnimationFrame(callback)
}
