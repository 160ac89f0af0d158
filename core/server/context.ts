import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { OriginRule } from './guard/origin.ts'
import type { RequestRecord } from './requests.ts'

/** What handlers find in Hono's context. Without a socket (in tests) there are no bindings. */
export interface ServerEnv {
  Bindings: Partial<HttpBindings>
  Variables: { record: RequestRecord }
}
export type ServerApp = Hono<ServerEnv>
export type ServerContext = Context<ServerEnv>
export type ServerHandler = (c: ServerContext) => Response | Promise<Response>

/** Who may enter, as it stands now: it changes with the address that is bound. */
export interface Access {
  /** Names beside loopback by which the server may be called. */
  hosts: ReadonlySet<string>
  origins: readonly OriginRule[]
  /** What a program beyond this machine must present; null when nothing. */
  key: string | null
}

/** One route: a path and what answers each method on it. */
export interface Route {
  path: string
  methods: Partial<Record<'GET' | 'POST' | 'DELETE', ServerHandler>>
}
