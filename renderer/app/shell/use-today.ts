import { useEffect, useState } from 'react'

/** A time within the current day; changes after midnight, and when the window is looked at again. */
export function useToday(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const update = (): void => {
      setNow((before) => {
        const current = Date.now()
        return new Date(before).toDateString() === new Date(current).toDateString() ? before : current
      })
    }
    const timer = setInterval(update, 60_000)
    window.addEventListener('focus', update)
    return () => {
      clearInterval(timer)
      window.removeEventListener('focus', update)
    }
  }, [])
  return now
}
