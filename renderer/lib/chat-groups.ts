import type { Chat } from '../../shared/domain/chats.ts'

export type ChatGroupName = 'today' | 'yesterday' | 'lastWeek' | 'earlier'
export interface ChatGroup {
  name: ChatGroupName
  chats: Chat[]
}

function startOfDay(epochMs: number, daysBefore: number): number {
  const day = new Date(epochMs)
  // The calendar, not multiples of 24 h: days with a clock change are shorter or longer.
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBefore).getTime()
}

/** Chats by the day of their last change in local time, newest first; empty groups are left out. */
export function groupChats(chats: readonly Chat[], now: number): ChatGroup[] {
  const groups: ChatGroup[] = [
    { name: 'today', chats: [] },
    { name: 'yesterday', chats: [] },
    { name: 'lastWeek', chats: [] },
    { name: 'earlier', chats: [] },
  ]
  const limits = [startOfDay(now, 0), startOfDay(now, 1), startOfDay(now, 7), -Infinity]
  for (const chat of chats.toSorted((a, b) => b.updatedAt - a.updatedAt)) {
    const index = limits.findIndex((limit) => chat.updatedAt >= limit)
    groups[index]?.chats.push(chat)
  }
  return groups.filter((group) => group.chats.length > 0)
}

/** Chats whose title holds every word of the query, whatever their case. */
export function filterChats(chats: readonly Chat[], query: string): Chat[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return chats.filter((chat) => words.every((word) => chat.title.toLocaleLowerCase().includes(word)))
}
