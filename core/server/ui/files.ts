import { readFile } from 'node:fs/promises'
import path from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.webmanifest': 'application/manifest+json',
}

/**
 * The file that a URL path means inside `root`; null when it means none that may be served. Names with a dot in
 * front, back slashes, drive letters and NUL are never served, so nothing leads out of the folder.
 */
export function fileFor(root: string, urlPath: string): string | null {
  const segments = urlPath.split('/').filter((segment) => segment !== '')
  const plain = segments.every((segment) => /^[A-Za-z0-9_-][A-Za-z0-9._@-]*$/.test(segment))
  if (!plain || segments.length === 0) return null
  return TYPES[path.extname(urlPath).toLowerCase()] === undefined ? null : path.join(root, ...segments)
}

/** A file of the interface as a response; null when there is none. Names under `assets/` hold a hash of the content. */
export async function serveFile(root: string, urlPath: string): Promise<Response | null> {
  const file = fileFor(root, urlPath)
  if (file === null) return null
  const bytes = await readFile(file).catch(() => null)
  if (bytes === null) return null
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
      'cache-control': urlPath.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}
