import { createContext, type MouseEvent, type ReactNode, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import { useConfirm } from '../ui/confirm.tsx'
import { allowedLink } from './link-policy.ts'

/** Who wrote the text that is drawn: a model, or the owner of a model's card. */
export const MarkdownAuthor = createContext<'model' | 'card'>('model')

/** A link that a stranger wrote: it opens outside, after a look at the whole address. Others are only their text. */
export function MarkdownLink({ href, children }: { node?: unknown; href?: string | undefined; children?: ReactNode }) {
  const { t } = useTranslation('chat')
  const { t: discover } = useTranslation('discover')
  const author = useContext(MarkdownAuthor)
  const confirm = useConfirm()
  const url = allowedLink(href)
  if (url === null) return <span>{children}</span>

  const open = async (): Promise<void> => {
    const description = author === 'model' ? t('link.description', { url }) : discover('card.link', { url })
    if (await confirm({ title: t('link.title'), description, action: t('link.open') })) {
      window.open(url, '_blank', 'noopener,noreferrer')
    }
  }
  const onClick = (event: MouseEvent): void => {
    event.preventDefault()
    void open()
  }
  return (
    <a href={url} title={url} target="_blank" rel="noopener noreferrer" onClick={onClick} onAuxClick={onClick}>
      {children}
    </a>
  )
}
