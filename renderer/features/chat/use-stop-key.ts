import { useEffect } from 'react'

/** While `active`, Escape stops, unless a menu or dialog wants the key for itself. */
export function useStopKey(active: boolean, stop: () => void): void {
  useEffect(() => {
    if (!active) return
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return
      if (document.querySelector('[role=dialog]:not([data-toast]),[role=menu],[role=listbox]') !== null) return
      stop()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [active, stop])
}
