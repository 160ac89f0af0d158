import { TLSSocket } from 'node:tls'
import type { ServerContext } from '../context.ts'

/** Whether a request came by HTTPS to this server itself. */
export function isSecure(c: ServerContext): boolean {
  return c.env?.incoming?.socket instanceof TLSSocket
}
