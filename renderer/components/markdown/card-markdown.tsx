import './markdown.css'
import { Component, memo, type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { defaultRehypePlugins, defaultRemarkPlugins, Streamdown, type StreamdownProps } from 'streamdown'
import { tameCard } from './card-text.ts'
import { MARKDOWN_COMPONENTS } from './markdown-components.tsx'
import { MarkdownAuthor } from './markdown-link.tsx'

/** Elements that go with all that is in them; of others that are not allowed the text stays. */
const STRIPPED = [
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'svg',
  'math',
  'template',
  'noscript',
  'title',
  'form',
]

/** The library allows these two; what they name would be fetched. */
const FETCHING = new Set(['picture', 'source'])

const remarkPlugins = Object.values(defaultRemarkPlugins)
const rehypePlugins = cardPlugins()

/** The HTML of a card is parsed, then cut down to plain structure: no script, style, frame or address of its own. */
function cardPlugins(): NonNullable<StreamdownProps['rehypePlugins']> {
  const { raw, sanitize } = defaultRehypePlugins
  if (raw === undefined || !Array.isArray(sanitize)) {
    throw new Error('streamdown no longer brings its sanitizer under this name')
  }
  const [plugin, schema] = sanitize
  const allowed = Object(schema)
  const tagNames = [...allowed.tagNames].filter((name: string) => !FETCHING.has(name))
  const strict = { ...allowed, tagNames, strip: STRIPPED, clobberPrefix: 'card-' }
  return [raw, [plugin, strict]]
}

/**
 * The card of a model, which a stranger wrote. Pictures are named, not fetched: the window may load nothing from
 * elsewhere, and their servers need not know who reads it.
 */
export const CardMarkdown = memo(function CardMarkdown({ markdown }: { markdown: string }) {
  const { t } = useTranslation('discover')
  const { text, shortened } = useMemo(() => tameCard(markdown), [markdown])
  const pictures = /!\[|<img\b/i.test(text)
  return (
    <MarkdownAuthor value="card">
      {pictures && <p className="text-sm text-ink-3">{t('card.pictures')}</p>}
      <PlainOnFailure key={text} text={text}>
        <Streamdown
          className="answer card"
          dir="auto"
          mode="static"
          parseIncompleteMarkdown={false}
          components={MARKDOWN_COMPONENTS}
          controls={false}
          remarkPlugins={remarkPlugins}
          rehypePlugins={rehypePlugins}
        >
          {text}
        </Streamdown>
      </PlainOnFailure>
      {shortened && <p className="text-sm text-ink-3">{t('card.shortened')}</p>}
    </MarkdownAuthor>
  )
})

/** A card that breaks the renderer is shown as it was written. React catches errors only in classes. */
class PlainOnFailure extends Component<{ text: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <pre className="rounded-md bg-sunken p-3 font-mono text-xs leading-prose whitespace-pre-wrap wrap-anywhere select-text">
        {this.props.text}
      </pre>
    )
  }
}
