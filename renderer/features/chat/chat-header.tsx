import { ClipboardCopy, Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chat } from '../../../shared/domain/chats.ts'
import type { ModelChoice } from '../../components/composer/use-model-choice.ts'
import { ModelMenu } from '../../components/model-menu.tsx'
import { RenameField } from '../../components/rename-field.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Menu } from '../../components/ui/menu.tsx'
import { PageHeader } from '../../components/ui/page-header.tsx'
import { useChatActions } from '../../components/use-chat-actions.ts'

export interface ChatHeaderProps {
  chat: Chat
  choice: ModelChoice
  onCopy: () => void
}

/** The title of a chat, its model and its actions. */
export function ChatHeader({ chat, choice, onCopy }: ChatHeaderProps) {
  const { t } = useTranslation('chat')
  const { t: common } = useTranslation('common')
  const { rename, remove } = useChatActions()
  const [renaming, setRenaming] = useState(false)
  const title = chat.title === '' ? common('chats.untitled') : chat.title
  return (
    <PageHeader
      title={
        renaming ? (
          <RenameField
            value={title}
            label={t('title.label')}
            className="-ml-2 w-full max-w-dialog font-semibold"
            onDone={(value) => {
              setRenaming(false)
              if (value !== null) rename(chat, value)
            }}
          />
        ) : (
          <h1 className="-ml-2 min-w-0 text-base font-semibold">
            <button
              type="button"
              title={t('title.edit')}
              dir="auto"
              className="no-drag block max-w-full cursor-text truncate rounded-md px-2 py-1.5 text-left hover:bg-tint"
              onClick={() => setRenaming(true)}
            >
              {title}
            </button>
          </h1>
        )
      }
    >
      <ModelMenu choice={choice} look="bar" onChoose={choice.choose} />
      <Menu
        trigger={<IconButton icon={Ellipsis} label={t('actions.menu')} />}
        items={[
          {
            label: common('actions.rename'),
            icon: Pencil,
            onSelect: () => requestAnimationFrame(() => setRenaming(true)),
          },
          { label: t('actions.copyMarkdown'), icon: ClipboardCopy, onSelect: onCopy },
          'separator',
          { label: common('actions.delete'), icon: Trash2, danger: true, onSelect: () => remove(chat) },
        ]}
      />
    </PageHeader>
  )
}
