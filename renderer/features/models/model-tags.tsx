import { Plus, X } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '../../../shared/domain/models.ts'
import { Card } from '../../components/ui/card.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { useCall } from '../../components/use-call.ts'
import { useModels } from '../../lib/state/models.ts'
import { tagsOf } from './filter.ts'

const LONGEST = 40
const MOST = 20

/** The person's own words for a model, by which the library can be filtered. */
export function ModelTags({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const call = useCall()
  const all = useModels().value ?? []
  const listId = useId()
  const [text, setText] = useState('')
  const { name, tags } = model
  const save = (next: string[]) => call((client) => client.models.update({ name, patch: { tags: next } }))
  const add = (event: FormEvent) => {
    event.preventDefault()
    const tag = text.trim().replace(/^#/, '')
    setText('')
    if (tag !== '' && !tags.includes(tag)) save([...tags, tag])
  }
  return (
    <Card className="flex flex-wrap items-center gap-2 p-4">
      <h3 className="me-2 font-semibold">{t('tags.title')}</h3>
      {tags.map((tag) => (
        <span
          key={tag}
          className="inline-flex h-7 max-w-full items-center gap-1 rounded-md bg-tint ps-2 text-sm text-ink-2"
        >
          <span dir="auto" className="truncate">
            #{tag}
          </span>
          <IconButton
            icon={X}
            size="sm"
            label={t('tags.remove', { tag })}
            onClick={() => save(tags.filter((each) => each !== tag))}
          />
        </span>
      ))}
      {tags.length < MOST && (
        <form onSubmit={add} className="flex items-center gap-1">
          <input
            aria-label={t('tags.add')}
            placeholder={t('tags.add')}
            value={text}
            maxLength={LONGEST}
            list={listId}
            onChange={(event) => setText(event.target.value)}
            className="h-7 w-32 rounded-md border border-line bg-surface px-2 text-sm hover:border-line-strong"
          />
          <datalist id={listId}>
            {tagsOf(all)
              .filter((tag) => !tags.includes(tag))
              .map((tag) => (
                <option key={tag} value={tag}>
                  {tag}
                </option>
              ))}
          </datalist>
          {text.trim() !== '' && <IconButton icon={Plus} size="sm" label={t('tags.add')} type="submit" />}
        </form>
      )}
    </Card>
  )
}
