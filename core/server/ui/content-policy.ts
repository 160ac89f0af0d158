/**
 * The content security policy of the interface: nothing but its own files, no inline script, no frames, and
 * connections only back to the server that is called as `host`, by HTTPS alone if it speaks that.
 */
export function contentPolicy(host: string, secure: boolean): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    // Older Safari does not count WebSockets as 'self'.
    `connect-src 'self'${secure ? '' : ` ws://${host}`} wss://${host}`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
