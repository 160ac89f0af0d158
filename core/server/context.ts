import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { Actor } from '../../shared/domain/actor.ts'
import type { ApiKey, KeyScope } from '../../shared/domain/keys.ts'
import type { OriginRule } from './guard/origin.ts'
import type { RequestRecord } from './requests.ts'

/** What handlers find in Hono's context. Without a socket (in tests) there are no bindings. */
export interface ServerEnv {
  Bindings: Partial<HttpBindings>
  Variables: { record: RequestRecord; caller: Caller }
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

/** Who asks, as the guard found out: a program on this machine needs no key, one from elsewhere presented it. */
export interface Caller {
  actor: Actor
  key: ApiKey | null
}

/** One route: a path, what a key must be good for to use it (`open`: no key is asked for), and what answers each method. */
export interface Route {
  path: string
  scope: KeyScope | 'open'
  methods: Partial<Record<'GET' | 'HEAD' | 'POST' | 'DELETE', ServerHandler>>
}
