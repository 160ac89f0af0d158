import type { ChatTemplate } from './template.ts'

/** A program that brings a template mostly brings the same one each time. */
const keptTemplates = 4

/** Templates that requests bring along instead of the model's own; each has a thread, and those used last keep it. */
export interface RequestTemplates {
  /** @throws AppError `invalid_input` for what is no template, and what `work` throws */
  use<T>(text: string, work: (template: ChatTemplate) => Promise<T>): Promise<T>
}

export function createRequestTemplates(open: (text: string) => Promise<ChatTemplate>): RequestTemplates {
  /** In the order in which they were used. */
  const kept = new Map<string, { opened: Promise<ChatTemplate>; users: number }>()

  function closeUnused(): void {
    for (const [text, { opened, users }] of kept) {
      if (kept.size <= keptTemplates) return
      if (users > 0) continue
      kept.delete(text)
      void opened.then((template) => template.close())
    }
  }

  return {
    async use(text, work) {
      const entry = kept.get(text) ?? { opened: open(text), users: 0 }
      kept.delete(text)
      kept.set(text, entry)
      entry.users++
      try {
        const template = await entry.opened.catch((error: unknown) => {
          if (kept.get(text) === entry) kept.delete(text)
          throw error
        })
        return await work(template)
      } finally {
        entry.users--
        closeUnused()
      }
    },
  }
}
