/** Whether there is anything in a text besides white space. */
export function hasText(text: string): boolean {
  return /\S/.test(text)
}

const LETTER = /\p{L}/u
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u
/** Beyond this many characters no first letter is looked for. */
const LOOKED_AT = 1000

/**
 * The direction of a text, by its first letter. The browser's own `dir="auto"` judges each line of a field again and
 * again: a pasted megabyte would freeze the window for seconds.
 */
export function directionOf(text: string): 'ltr' | 'rtl' {
  const letter = LETTER.exec(text.slice(0, LOOKED_AT))?.[0] ?? ''
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr'
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
