import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

const merge = extendTailwindMerge({
  extend: {
    theme: {
      text: ['xs', 'sm', 'base', 'lg', 'xl', '2xl'],
      container: ['column', 'chat', 'bubble', 'page', 'dialog', 'popup'],
    },
  },
})

/** Joins class names; of two Tailwind classes that contradict each other the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes))
}
