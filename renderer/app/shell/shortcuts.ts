import { useEffect, useEffectEvent } from 'react'
import { focusComposer } from '../../lib/composer-focus.ts'
import { navigate, parseRoute } from '../../lib/router.ts'
import { isShortcut } from '../../lib/shortcut.ts'
import { isSidebarHidden, toggleSidebar, useSidebar } from '../../lib/sidebar.ts'

/** Goes to the page for a new chat, ready to type. */
function newChat(): void {
  navigate({ page: 'home' })
  requestAnimationFrame(focusComposer)
}

/** Shortcuts that work on every page, and the commands of the system's menu. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isShortcut(event, 'n')) {
        event.preventDefault()
        newChat()
      }
      // Search lives in the sidebar: show it first, then it hears the same key.
      if (isShortcut(event, 'k') && isSidebarHidden(useSidebar.getState())) {
        event.preventDefault()
        toggleSidebar()
        requestAnimationFrame(() => window.dispatchEvent(new Event(SEARCH)))
      }
    }
    const onMessage = (event: MessageEvent<unknown>): void => {
      if (event.source !== window || typeof event.data !== 'object' || event.data === null) return
      const message = event.data as { type?: unknown; hash?: unknown } // unknown fields are checked on the next line
      if (message.type !== 'hearth:navigate' || typeof message.hash !== 'string') return
      const route = parseRoute(message.hash)
      if (route.page === 'home') newChat()
      else navigate(route)
    }
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener('message', onMessage)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener('message', onMessage)
    }
  }, [])
}

const SEARCH = 'hearth:search'

/** Calls back when the person wants to search. */
export function useSearchShortcut(onSearch: () => void): void {
  const search = useEffectEvent(onSearch)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!isShortcut(event, 'k')) return
      event.preventDefault()
      search()
    }
    const onEvent = (): void => search()
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener(SEARCH, onEvent)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener(SEARCH, onEvent)
    }
  }, [])
}
