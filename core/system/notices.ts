import type { ErrorInfo } from '../../shared/domain/errors.ts'
import type { Notice } from '../../shared/domain/system.ts'
import { createTopic, type Topic } from '../lib/topic.ts'

/** Things that the person should be told once, kept until dismissed or until the program ends. */
export interface Notices {
  topic: Topic<Notice[]>
  add(level: Notice['level'], info: ErrorInfo): void
  dismiss(id: string): void
}

/** Notices of one core. The same code about the same facts is told once. */
export function createNotices(): Notices {
  let notices: Notice[] = []
  const topic = createTopic(() => notices)
  return {
    topic,
    add(level, info) {
      const id = JSON.stringify([info.code, info.data ?? null])
      if (notices.some((notice) => notice.id === id)) return
      notices = [...notices, { id, level, info }]
      topic.changed()
    },
    dismiss(id) {
      notices = notices.filter((notice) => notice.id !== id)
      topic.changed()
    },
  }
}
