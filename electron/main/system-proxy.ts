import { type Session, session } from 'electron'

/**
 * The system's proxy for an address in PAC form, as `PROXY host:8080` or `DIRECT`. Asked in a session of its own that
 * loads nothing: the one of the pages never uses a proxy.
 */
export function createProxyLookup(): (url: string) => Promise<string> {
  let opened: Promise<Session> | null = null
  async function open(): Promise<Session> {
    const lookup = session.fromPartition('system-proxy', { cache: false })
    lookup.webRequest.onBeforeRequest((_details, respond) => respond({ cancel: true }))
    await lookup.setProxy({ mode: 'system' })
    return lookup
  }
  return async (url) => {
    opened ??= open()
    const lookup = await opened
    // The person may have changed networks since.
    await lookup.forceReloadProxyConfig()
    return lookup.resolveProxy(url)
  }
}
