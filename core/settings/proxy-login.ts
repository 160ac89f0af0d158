import type { SettingsPatch } from '../../shared/domain/settings.ts'

/** Name and password for the proxy. */
export interface ProxyLogin {
  user: string
  password: string
}

/**
 * Takes the proxy's login out of a change, so that it is never written to the settings: the field for it, or name and
 * password inside the proxy's address.
 *
 * @returns `login` undefined when the change says nothing about it, null when it is to be forgotten
 */
export function withoutLogin(patch: SettingsPatch): { patch: SettingsPatch; login: ProxyLogin | null | undefined } {
  const proxy = patch.hubs?.proxy
  if (!proxy) return { patch, login: undefined }
  const { login, url, ...rest } = proxy
  const inside = url == null ? null : loginInside(url)
  const kept = { ...rest, ...(url === undefined ? {} : { url: inside?.url ?? url }) }
  return { patch: { ...patch, hubs: { ...patch.hubs, proxy: kept } }, login: login ?? inside?.login ?? login }
}

function loginInside(address: string): { url: string; login: ProxyLogin } | null {
  const url = new URL(address)
  if (url.username === '' && url.password === '') return null
  const login = { user: decoded(url.username), password: decoded(url.password) }
  url.username = ''
  url.password = ''
  return { url: url.href.replace(/\/$/, ''), login }
}

/** A lone percent sign is part of a password and no encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
