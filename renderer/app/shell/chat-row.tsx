import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chat } from '../../../shared/domain/chats.ts'
import { RenameField } from '../../components/rename-field.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Menu } from '../../components/ui/menu.tsx'
import { useChatActions } from '../../components/use-chat-actions.ts'
import { cn } from '../../lib/cn.ts'
import { Link } from '../../lib/router.ts'
import { closeDrawer } from '../../lib/sidebar.ts'
import { NAV_ROW } from './nav-row.tsx'

/** A chat in the list, with its actions. */
export function ChatRow({ chat, current }: { chat: Chat; current: boolean }) {
  const { t } = useTranslation('common')
  const { rename, remove } = useChatActions()
  const [renaming, setRenaming] = useState(false)
  const link = useRef<HTMLAnchorElement>(null)
  const title = chat.title === '' ? t('chats.untitled') : chat.title

  if (renaming) {
    return (
      <RenameField
        value={title}
        label={t('chats.nameLabel')}
        className="w-full -outline-offset-2"
        onDone={(value) => {
          setRenaming(false)
          if (value !== null) rename(chat, value)
          requestAnimationFrame(() => link.current?.focus())
        }}
      />
    )
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'F2') setRenaming(true)
    if (event.key === 'Delete') remove(chat)
  }

  return (
    <div className="group/row relative">
      <Link
        ref={link}
        to={{ page: 'chat', id: chat.id }}
        aria-current={current ? 'page' : undefined}
        className={cn(
          NAV_ROW,
          '-outline-offset-2 group-focus-within/row:pr-9 group-hover/row:bg-tint group-hover/row:pr-9',
        )}
        onKeyDown={onKeyDown}
        onClick={closeDrawer}
        onDoubleClick={() => setRenaming(true)}
      >
        <span dir="auto" className="truncate">
          {title}
        </span>
      </Link>
      <Menu
        trigger={
          <IconButton
            icon={Ellipsis}
            size="sm"
            label={t('chats.menu', { title })}
            className="absolute top-0.5 right-0.5 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 data-popup-open:opacity-100"
          />
        }
        items={[
          {
            label: t('actions.rename'),
            icon: Pencil,
            hint: 'F2',
            onSelect: () => requestAnimationFrame(() => setRenaming(true)),
          },
          { label: t('actions.delete'), icon: Trash2, danger: true, onSelect: () => remove(chat) },
        ]}
      />
    </div>
  )
}
