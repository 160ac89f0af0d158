import { isMac } from './desktop.ts'

/** How a shortcut of the command key (Ctrl elsewhere) is written: `⌘N` or `Ctrl N`. */
export function shortcutLabel(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl ${key}`
}

/** Whether a key press is the command key (Ctrl elsewhere) with a letter and nothing else. */
export function isShortcut(event: KeyboardEvent, letter: string): boolean {
  const command = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  return command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === letter
}
