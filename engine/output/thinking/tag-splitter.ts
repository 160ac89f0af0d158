import { firstTag, undecidedTail, type Segment, type ThoughtSplitter } from './splitter.ts'
import type { ThinkingTags } from './tags.ts'

type State = 'start' | 'thinking' | 'afterwards' | 'answer'

/**
 * For models that think once, between tags, before they answer. A tag later in the answer is text: people talk about
 * tags.
 *
 * @param opened the tags of a thought that is already open
 */
export function createTagSplitter(tags: readonly ThinkingTags[], opened: ThinkingTags | null): ThoughtSplitter {
  let state: State = opened === null ? 'start' : 'thinking'
  let current = opened
  let held = ''
  let begun = false
  let closed = 0

  function start(): Segment[] {
    const text = held.trimStart()
    const tag = firstTag(
      text,
      tags.map(({ open }) => open),
    )
    if (tag?.at === 0) {
      current = tags.find(({ open }) => open === tag.tag) ?? null
      state = 'thinking'
      held = text.slice(tag.tag.length)
      return think()
    }
    if (tags.some(({ open }) => open.startsWith(text))) return []
    state = 'answer'
    return take('text', held)
  }

  function think(): Segment[] {
    if (!begun) held = held.trimStart()
    const tag = current === null ? null : firstTag(held, [current.close])
    if (tag === null) {
      const keep = current === null ? 0 : undecidedTail(held, [current.close])
      // Empty lines before the closing tag belong to neither.
      const said = held.slice(0, held.length - keep).trimEnd()
      if (said !== '') begun = true
      const segments = said === '' ? [] : [{ kind: 'reasoning' as const, text: said }]
      held = held.slice(said.length)
      return segments
    }
    const thought = held.slice(0, tag.at).trimEnd()
    held = held.slice(tag.at + tag.tag.length)
    closed++
    state = 'afterwards'
    return [...(thought === '' ? [] : [{ kind: 'reasoning' as const, text: thought }]), ...afterwards()]
  }

  function afterwards(): Segment[] {
    held = held.trimStart()
    if (held === '') return []
    state = 'answer'
    return take('text', held)
  }

  function take(kind: Segment['kind'], text: string): Segment[] {
    held = ''
    return text === '' ? [] : [{ kind, text }]
  }

  return {
    push(text) {
      held += text
      switch (state) {
        case 'start':
          return start()
        case 'thinking':
          return think()
        case 'afterwards':
          return afterwards()
        case 'answer':
          return take('text', held)
      }
    },
    flush() {
      const isThought = state === 'thinking'
      const text = isThought ? held.trimEnd() : state === 'afterwards' ? '' : held
      return take(isThought ? 'reasoning' : 'text', text)
    },
    get thinking() {
      return state === 'thinking'
    },
    get holding() {
      return held.trim() !== ''
    },
    get closed() {
      return closed
    },
    close() {
      state = 'afterwards'
      held = ''
      closed++
      return `\n${current?.close ?? ''}\n\n`
    },
  }
}
