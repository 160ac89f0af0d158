import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import type { Actor } from '../../shared/domain/actor.ts'
import type { ApiKey, KeyScope } from '../../shared/domain/keys.ts'
import type { VisibleModels } from './answering/visible-models.ts'
import type { OriginRule } from './guard/origin.ts'
import type { RequestRecord } from './requests/requests.ts'

/** What handlers find in Hono's context. Without a socket (in tests) there are no bindings. */
export interface ServerEnv {
  /** A request that the server sends to itself has the id under which it is listed. */
  Bindings: Partial<HttpBindings> & { requestId?: string }
  Variables: {
    record: RequestRecord
    /** Called by an allowed name, from an allowed page, and with a key where one is needed: what answers everyone tells others nothing. */
    admitted: boolean
    /** Who asks, and the models that are there for them; neither is known of those who are not admitted. */
    caller: Caller
    models: VisibleModels
  }
}
export type ServerApp = Hono<ServerEnv>
export type ServerContext = Context<ServerEnv>
export type ServerHandler = (c: ServerContext) => Response | Promise<Response>

/** Who may enter, as it stands now: it changes with the address that is bound. */
export interface Access {
  /** Names beside loopback by which the server may be called. */
  hosts: ReadonlySet<string>
  /** Whether other computers may call it by any name of one word, as containers call each other. */
  plainNames: boolean
  origins: readonly OriginRule[]
  /** Whether a program beyond this machine must present a key. */
  keyNeeded: boolean
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
  methods: Partial<Record<'GET' | 'POST' | 'DELETE', ServerHandler>>
}
