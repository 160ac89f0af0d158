import { createElement, type ComponentProps, useMemo, useSyncExternalStore } from 'react'
import { HubId } from '../../shared/domain/hubs.ts'

export type Route =
  | { page: 'home' }
  | { page: 'chat'; id: string }
  | { page: 'models'; name?: string }
  /** The models of the hubs; both or neither of the two are given. */
  | { page: 'discover'; hub?: HubId; repo?: string }
  | { page: 'server' }
  | { page: 'insights' }
  | { page: 'settings'; section?: string }

/** The route that a hash names; what it does not know is home. */
export function parseRoute(hash: string): Route {
  const [page = '', ...rest] = hash.replace(/^#?\/?/, '').split('/')
  const argument = decode(rest.join('/'))
  switch (page) {
    case 'chat':
      return argument === '' ? { page: 'home' } : { page: 'chat', id: argument }
    case 'models':
      return argument === '' ? { page: 'models' } : { page: 'models', name: argument }
    case 'discover':
      return discoverRoute(rest)
    case 'server':
      return { page: 'server' }
    case 'insights':
      return { page: 'insights' }
    case 'settings':
      return argument === '' ? { page: 'settings' } : { page: 'settings', section: argument }
    default:
      return { page: 'home' }
  }
}

function discoverRoute([hub = '', ...rest]: readonly string[]): Route {
  const known = HubId.safeParse(hub)
  const repo = decode(rest.join('/'))
  return known.success && repo !== '' ? { page: 'discover', hub: known.data, repo } : { page: 'discover' }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The hash of a route; `parseRoute` gives the route back. */
export function routeHash(route: Route): string {
  switch (route.page) {
    case 'home':
      return '#/'
    case 'chat':
      return `#/chat/${encodeURIComponent(route.id)}`
    case 'models':
      return route.name === undefined ? '#/models' : `#/models/${encodeURIComponent(route.name)}`
    case 'discover':
      return route.hub === undefined || route.repo === undefined
        ? '#/discover'
        : `#/discover/${route.hub}/${encodeURIComponent(route.repo)}`
    case 'server':
      return '#/server'
    case 'insights':
      return '#/insights'
    case 'settings':
      return route.section === undefined ? '#/settings' : `#/settings/${encodeURIComponent(route.section)}`
  }
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** Where the window is. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}

/** Goes to a route; `replace` leaves no step to go back to. */
export function navigate(route: Route, options: { replace?: boolean } = {}): void {
  const hash = routeHash(route)
  if (options.replace === true) window.location.replace(hash)
  else window.location.hash = hash
}

/** A link within the window. */
export function Link({ to, ...props }: { to: Route } & Omit<ComponentProps<'a'>, 'href'>) {
  return createElement('a', { ...props, href: routeHash(to) })
}
