import { extname, join, normalize, sep } from 'node:path'

/** What the interface may load and do; there is no network in it. Styles are inline where a value is computed. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * The file that an `app://hearth/…` address means.
 *
 * @param folder absolute; nothing outside of it is ever named
 * @returns null for an address that names nothing there
 */
export function resolveAsset(address: string, folder: string): { path: string; type: string } | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.protocol !== 'app:' || url.host !== 'hearth') return null
  const name = decode(url.pathname)
  if (name === null || name.includes('\0') || name.includes('\\')) return null
  const path = normalize(join(folder, name === '/' ? 'index.html' : name))
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return null
  const type = types[extname(path).toLowerCase()]
  return type === undefined ? null : { path, type }
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}
