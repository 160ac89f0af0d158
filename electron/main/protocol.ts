import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { CONTENT_SECURITY_POLICY, resolveAsset } from './assets.ts'

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ])
}

/** Serves the built interface, and nothing else, at `app://hearth/`. */
export function serveApp(folder: string): void {
  protocol.handle('app', async (request) => {
    const asset = request.method === 'GET' ? resolveAsset(request.url, folder) : null
    if (!asset) return new Response('Not found', { status: 404 })
    try {
      return new Response(new Uint8Array(await readFile(asset.path)), {
        headers: {
          'Content-Type': asset.type,
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
          'X-Content-Type-Options': 'nosniff',
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Referrer-Policy': 'no-referrer',
        },
      })
    } catch {
      return new Response('Not found', { status: 404 })
    }
  })
}
