import { describe, expect, it } from 'vitest'
import type { Chat } from '../../shared/domain/chats.ts'
import { filterChats, groupChats } from './chat-groups.ts'

const now = new Date(2026, 2, 15, 9, 30).getTime()

function chat(title: string, updatedAt: number): Chat {
  return { id: title, title, autoTitle: true, model: null, createdAt: updatedAt, updatedAt }
}

const at = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime()

function grouped(chats: Chat[]) {
  return groupChats(chats, now).map((group) => [group.name, ...group.chats.map((entry) => entry.title)])
}

describe('the chats by day', () => {
  it('go by the calendar, not by hours', () => {
    expect(grouped([chat('just after midnight', at(15, 0)), chat('late last night', at(14, 23))])).toEqual([
      ['today', 'just after midnight'],
      ['yesterday', 'late last night'],
    ])
  })

  it('count seven days back as last week and the rest as earlier', () => {
    expect(grouped([chat('seven days', at(8, 1)), chat('eight days', at(7, 23))])).toEqual([
      ['lastWeek', 'seven days'],
      ['earlier', 'eight days'],
    ])
  })

  it('stand newest first, whatever order they came in', () => {
    expect(grouped([chat('older', at(15, 1)), chat('newer', at(15, 8))])).toEqual([['today', 'newer', 'older']])
  })

  it('leave out days without a chat', () => {
    expect(groupChats([], now)).toEqual([])
  })

  it('put a chat from a clock that runs ahead under today', () => {
    expect(grouped([chat('from tomorrow', at(16, 9))])).toEqual([['today', 'from tomorrow']])
  })
})

describe('searching chats', () => {
  const chats = [chat('Why bread needs rest', now), chat('面团为什么要静置', now), chat('Rust: bread crumbs', now)]

  it('finds titles that hold every word, in any case and order', () => {
    expect(filterChats(chats, 'REST bread').map((entry) => entry.title)).toEqual(['Why bread needs rest'])
  })

  it('finds Chinese titles by a part', () => {
    expect(filterChats(chats, '静置')).toHaveLength(1)
  })

  it('finds everything with only spaces', () => {
    expect(filterChats(chats, '  ')).toHaveLength(3)
  })
})
