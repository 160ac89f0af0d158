import 'katex/dist/katex.min.css'
import katex from 'katex'
import { memo, useLayoutEffect, useRef } from 'react'

/** A formula. What KaTeX can't read stays visible as it was written. */
export const Formula = memo(function Formula({ tex, display }: { tex: string; display: boolean }) {
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    if (place.current === null) return
    katex.render(tex, place.current, {
      displayMode: display,
      throwOnError: false,
      errorColor: 'currentColor',
      // The formula was written by a model: no links, no raw HTML, and an end to macros that call themselves.
      trust: false,
      strict: 'ignore',
      maxExpand: 500,
    })
  }, [tex, display])
  return <span ref={place} dir="ltr" />
})
