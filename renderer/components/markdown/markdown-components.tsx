import { Square, SquareCheck } from 'lucide-react'
import { createElement, type CSSProperties, isValidElement, lazy, type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { type Components, useIsCodeFenceIncomplete } from 'streamdown'
import { CodeBlock } from '../ui/code-block.tsx'
import { MarkdownLink } from './markdown-link.tsx'

const Formula = lazy(async () => ({ default: (await import('./formula.tsx')).Formula }))

type Plain =
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'p'
  | 'ul'
  | 'ol'
  | 'li'
  | 'blockquote'
  | 'hr'
  | 'strong'
  | 'sub'
  | 'sup'
  | 'section'
  | 'thead'
  | 'tbody'
  | 'tr'

interface PlainProps {
  node?: unknown
  className?: string | undefined
  children?: ReactNode
}

interface CellProps extends PlainProps {
  /** Its alignment. */
  style?: CSSProperties | undefined
}

/** An element without the classes that the library would put on it; its look is in markdown.css. */
function plain(tag: Plain) {
  return function PlainElement({ node: _, className, ...props }: PlainProps): ReactNode {
    const kept: Record<string, unknown> = className?.includes('task-list') === true ? { ...props, className } : props
    return createElement(tag, kept)
  }
}

function textOf(node: ReactNode): string {
  if (typeof node === 'string') return node
  if (typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(textOf).join('')
  return isValidElement<{ children?: ReactNode }>(node) ? textOf(node.props.children) : ''
}

function InlineCode({ className, children }: PlainProps) {
  const code = <code>{children}</code>
  if (className?.includes('language-math') !== true) return code
  return (
    <Suspense fallback={code}>
      <Formula tex={textOf(children)} display={false} />
    </Suspense>
  )
}

function Fence({ className, children }: PlainProps) {
  const growing = useIsCodeFenceIncomplete()
  const language = /language-(\S+)/.exec(className ?? '')?.[1] ?? ''
  if (language === 'math') {
    return (
      <Suspense fallback={<code>{children}</code>}>
        <Formula tex={textOf(children)} display />
      </Suspense>
    )
  }
  return <CodeBlock code={textOf(children).replace(/\n$/, '')} language={language} growing={growing} />
}

function Table({ children }: PlainProps) {
  return (
    // Wide tables scroll; whoever has no mouse scrolls with the arrow keys.
    <div className="answer-table" tabIndex={0}>
      <table>{children}</table>
    </div>
  )
}

/** A picture is named, not fetched: fetching would tell its server that this answer was read. */
function Image({ src, alt }: { node?: unknown; src?: unknown; alt?: string | undefined }) {
  const { t } = useTranslation('chat')
  const label = t('link.image', { alt: alt === undefined || alt === '' ? String(src ?? '') : alt })
  return <MarkdownLink href={typeof src === 'string' ? src : undefined}>{label}</MarkdownLink>
}

/** The box of a task in a list, which nobody can tick. */
function TaskMark({ checked }: { node?: unknown; checked?: boolean | undefined }) {
  const { t } = useTranslation('chat')
  const Icon = checked === true ? SquareCheck : Square
  return <Icon role="img" aria-label={t(checked === true ? 'answer.taskDone' : 'answer.taskOpen')} strokeWidth={1.75} />
}

/** How each element of an answer is drawn. Headings begin below the page's own. */
export const MARKDOWN_COMPONENTS: Components = {
  h1: plain('h2'),
  h2: plain('h3'),
  h3: plain('h4'),
  h4: plain('h5'),
  h5: plain('h6'),
  h6: plain('h6'),
  p: plain('p'),
  ul: plain('ul'),
  ol: plain('ol'),
  li: plain('li'),
  blockquote: plain('blockquote'),
  hr: plain('hr'),
  strong: plain('strong'),
  sub: plain('sub'),
  sup: plain('sup'),
  section: plain('section'),
  thead: plain('thead'),
  tbody: plain('tbody'),
  tr: plain('tr'),
  th: ({ children, style }: CellProps) => <th style={style}>{children}</th>,
  td: ({ children, style }: CellProps) => <td style={style}>{children}</td>,
  table: Table,
  a: MarkdownLink,
  img: Image,
  input: TaskMark,
  code: Fence,
  inlineCode: InlineCode,
}
