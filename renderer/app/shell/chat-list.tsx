import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import type { Chat } from '../../../shared/domain/chats.ts'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { cn } from '../../lib/cn.ts'
import { type ChatGroupName, filterChats, groupChats } from '../../lib/chat-groups.ts'
import { useErrorText } from '../../lib/errors.ts'
import { useChatList } from '../../lib/state/chats.ts'
import { ChatRow } from './chat-row.tsx'
import { useToday } from './use-today.ts'

type Row = { kind: 'group'; name: ChatGroupName; first: boolean } | { kind: 'chat'; chat: Chat }

/** The chats by day; only the rows in sight are drawn. */
export function ChatList({ query, currentId }: { query: string; currentId: string | null }) {
  const { t } = useTranslation('common')
  const { value: chats, error } = useChatList()
  const errorText = useErrorText()
  const today = useToday()
  const rows = useMemo(() => {
    if (chats === null) return []
    return groupChats(filterChats(chats, query), today).flatMap((group, index): Row[] => [
      { kind: 'group', name: group.name, first: index === 0 },
      ...group.chats.map((chat): Row => ({ kind: 'chat', chat })),
    ])
  }, [chats, query, today])

  if (chats === null) {
    if (error !== null) return <p className="grow px-2.5 py-4 text-sm text-bad">{errorText(error).title}</p>
    return (
      <div className="flex grow flex-col gap-4 px-2.5 py-5">
        <Skeleton className="w-16" />
        <Skeleton className="w-40" />
        <Skeleton className="w-32" />
      </div>
    )
  }
  if (rows.length === 0) {
    return (
      <p className="grow px-2.5 py-4 text-sm text-ink-3">
        {query === '' ? t('chats.empty') : t('chats.noMatch', { query })}
      </p>
    )
  }
  return (
    <nav aria-label={t('chats.label')} className="-mr-2.5 min-h-0 grow mask-b-from-95%">
      <Virtuoso
        tabIndex={-1}
        className="scrollbar-stable"
        data={rows}
        increaseViewportBy={400}
        computeItemKey={(_, row) => (row.kind === 'group' ? row.name : row.chat.id)}
        itemContent={(_, row) =>
          row.kind === 'group' ? (
            <h2 className={cn('px-2.5 pb-1.75 text-xs font-normal text-ink-3', row.first ? 'pt-4' : 'pt-3.5')}>
              {t(`chats.groups.${row.name}`)}
            </h2>
          ) : (
            <div className="pb-0.5">
              <ChatRow chat={row.chat} current={row.chat.id === currentId} />
            </div>
          )
        }
      />
    </nav>
  )
}
