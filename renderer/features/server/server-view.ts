import { create } from 'zustand'

export const SERVER_TABS = ['overview', 'access', 'aliases', 'sharing'] as const
export type ServerTab = (typeof SERVER_TABS)[number]

interface ServerView {
  tab: ServerTab
  /** From where the address that is shown is reached. */
  from: 'here' | 'network'
}

/** What the Server page shows; it stays while the person is on other pages. */
export const useServerView = create<ServerView>()(() => ({ tab: 'overview', from: 'here' }))

/** Shows another part of the page. */
export function showServer(change: Partial<ServerView>): void {
  useServerView.setState(change)
}
