import { memo, useEffect, useRef, useState } from 'react'
import { type CodeToken, type Highlight, loadedHighlight, loadHighlight, plainLines } from '../../lib/highlight.ts'

/** While code still grows it is coloured at most this often; the newest characters stay plain until then. */
const GROWING_MS = 120

/** Code with colours; plain until the grammar of its language is there, and plain when there is none. */
export const CodeText = memo(function CodeText({
  code,
  language,
  growing,
}: {
  code: string
  language: string
  growing: boolean
}) {
  const lines = useLines(code, language, growing)
  return lines.map((line, index) => (
    // Lines have no identity but their place.
    <span key={index}>
      {line.map((token, place) =>
        token.color === null ? (
          token.text
        ) : (
          <span key={place} style={{ color: token.color }}>
            {token.text}
          </span>
        ),
      )}
      {index < lines.length - 1 && '\n'}
    </span>
  ))
})

function useLines(code: string, language: string, growing: boolean): CodeToken[][] {
  const highlight = useHighlight(language)
  const last = useRef<{ code: string; lines: CodeToken[][]; highlight: Highlight | null; at: number } | null>(null)
  if (highlight === null) return plainLines(code)

  const previous = last.current
  if (previous !== null && previous.highlight === highlight) {
    if (previous.code === code) return previous.lines
    if (growing && code.startsWith(previous.code) && performance.now() - previous.at < GROWING_MS) {
      return append(previous.lines, code.slice(previous.code.length))
    }
  }
  const lines = highlight(code)
  last.current = { code, lines, highlight, at: performance.now() }
  return lines
}

function append(lines: CodeToken[][], text: string): CodeToken[][] {
  const [first = [], ...rest] = plainLines(text)
  return [...lines.slice(0, -1), [...(lines.at(-1) ?? []), ...first], ...rest]
}

function useHighlight(language: string): Highlight | null {
  const [loaded, setLoaded] = useState<{ language: string; highlight: Highlight | null } | null>(null)
  const now = loadedHighlight(language)
  useEffect(() => {
    if (now !== null) return
    let wanted = true
    loadHighlight(language).then(
      (highlight) => {
        if (wanted) setLoaded({ language, highlight })
      },
      // Without its grammar the code is shown plain.
      () => {},
    )
    return () => {
      wanted = false
    }
  }, [language, now])
  return now ?? (loaded?.language === language ? loaded.highlight : null)
}
