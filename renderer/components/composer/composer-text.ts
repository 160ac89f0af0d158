/** Whether there is anything in a text besides white space. */
export function hasText(text: string): boolean {
  return /\S/.test(text)
}

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey' | 'isComposing' | 'keyCode'>

/** Whether a key press sends: Enter alone (or with Ctrl or ⌘), and not one that chooses a word of an input method. */
export function sendsOn(event: Key): boolean {
  // Some browsers report the Enter that ends a composition as finished, but still with the code 229.
  return event.key === 'Enter' && !event.shiftKey && !event.altKey && !event.isComposing && event.keyCode !== 229
}

/** Lets a field grow with its text where the browser can't do so by itself. */
export function autosize(field: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  field.style.height = 'auto'
  field.style.height = `${field.scrollHeight}px`
}
