import './markdown.css'
import { memo, useEffect, useMemo, useState } from 'react'
import { defaultRehypePlugins, defaultRemarkPlugins, Streamdown, type StreamdownProps } from 'streamdown'
import { MARKDOWN_COMPONENTS } from './markdown-components.tsx'
import { mayHoldMath, normalizeMath } from './math-text.ts'

type Plugins = Required<Pick<StreamdownProps, 'remarkPlugins' | 'rehypePlugins'>>

// Without rehype-raw the HTML that a model writes stays visible text, and none of it becomes part of the page.
const PLAIN: Plugins = {
  remarkPlugins: Object.values(defaultRemarkPlugins),
  rehypePlugins: Object.entries(defaultRehypePlugins).flatMap(([name, plugin]) =>
    name === 'sanitize' ? [plugin] : [],
  ),
}
if (PLAIN.rehypePlugins.length !== 1) throw new Error('streamdown no longer brings its sanitizer under this name')

let withMath: Plugins | null = null

async function loadMath(): Promise<Plugins> {
  const { default: remarkMath } = await import('remark-math')
  // It leaves code of the language `math`, which markdown-components.tsx draws as formulas.
  withMath = { ...PLAIN, remarkPlugins: [...PLAIN.remarkPlugins, [remarkMath, { singleDollarTextMath: false }]] }
  return withMath
}

/** The Markdown of a model. Untrusted: no HTML, no remote images, links only with a look at the address. */
export const Markdown = memo(function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const plugins = usePlugins(text)
  const normal = useMemo(() => (plugins === PLAIN ? text : normalizeMath(text)), [plugins, text])
  return (
    <Streamdown
      // Plugins are read once for each block: with others the blocks are drawn anew.
      key={plugins === PLAIN ? 'plain' : 'math'}
      className={growing ? 'answer growing' : 'answer'}
      dir="auto"
      mode="streaming"
      isAnimating={growing}
      parseIncompleteMarkdown={growing}
      components={MARKDOWN_COMPONENTS}
      controls={false}
      {...plugins}
    >
      {normal}
    </Streamdown>
  )
})

function usePlugins(text: string): Plugins {
  const wanted = mayHoldMath(text)
  const [loaded, setLoaded] = useState<Plugins | null>(withMath)
  useEffect(() => {
    if (!wanted || loaded !== null) return
    let current = true
    loadMath().then(
      (plugins) => {
        if (current) setLoaded(plugins)
      },
      // Formulas then stay as they were written.
      () => {},
    )
    return () => {
      current = false
    }
  }, [wanted, loaded])
  return wanted && loaded !== null ? loaded : PLAIN
}
