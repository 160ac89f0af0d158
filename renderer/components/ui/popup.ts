/** The look of what opens over the page: menus and lists. */
export const POPUP =
  'max-w-popup origin-(--transform-origin) rounded-lg border border-line bg-raised p-1 text-ink shadow-popup outline-none transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0'
