import { useCallback, useEffect, useRef, useState } from 'react'

/** Within this many px of the end the list counts as at its end. */
const NEAR_PX = 40

export interface Following {
  /** Give this to the scrolling element. */
  setScroller: (element: HTMLElement | null) => void
  /** Call when the height of the content changed. */
  onHeightChange: () => void
  /** Whether the end is in sight. */
  atEnd: boolean
  goToEnd: () => void
}

/** Keeps the end of a growing list in sight until the person scrolls up, and again once they are back at the end. */
export function useFollowing(): Following {
  const scroller = useRef<HTMLElement | null>(null)
  const following = useRef(true)
  const [element, setElement] = useState<HTMLElement | null>(null)
  const [atEnd, setAtEnd] = useState(true)

  const setScroller = useCallback((next: HTMLElement | null) => {
    scroller.current = next
    setElement(next)
  }, [])

  useEffect(() => {
    if (element === null) return
    let lastTop = element.scrollTop
    const onScroll = (): void => {
      const { scrollTop, scrollHeight, clientHeight } = element
      const near = scrollHeight - scrollTop - clientHeight < NEAR_PX
      // Content that shrinks moves the position up too, but leaves it at the end.
      if (scrollTop < lastTop - 1 && !near) following.current = false
      if (near) following.current = true
      lastTop = scrollTop
      setAtEnd(near)
    }
    const onWheel = (event: WheelEvent): void => {
      // Heard before the scroll event, so that the next token does not pull back.
      if (event.deltaY < 0 && element.scrollHeight > element.clientHeight) following.current = false
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('wheel', onWheel, { passive: true })
    return () => {
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('wheel', onWheel)
    }
  }, [element])

  const onHeightChange = useCallback(() => {
    const { current } = scroller
    if (current !== null && following.current) current.scrollTop = current.scrollHeight
  }, [])

  const goToEnd = useCallback(() => {
    following.current = true
    const { current } = scroller
    if (current !== null) current.scrollTop = current.scrollHeight
  }, [])

  return { setScroller, onHeightChange, atEnd, goToEnd }
}
