import { LOCAL_OWNER_ID } from '../../../shared/domain/actor.ts'
import type { ApiKey } from '../../../shared/domain/keys.ts'
import { ownerIdOf } from '../../keys/key-owner.ts'
import { isOver } from '../../keys/keys.ts'
import { visibleModels } from '../answering/visible-models.ts'
import type { Access, Caller, Route, ServerContext } from '../context.ts'
import type { ServerDeps } from '../deps.ts'
import { HttpRefusal } from '../errors.ts'
import { isShelfGuest } from '../shelf/guests.ts'
import { isLoopbackAddress } from './peer.ts'
import { presentedKeys } from './presented-keys.ts'

/**
 * Lets a caller in to a route of this scope, or to what is no route at all (null), and notes who it is. A program on
 * this machine needs no key; one that it presents all the same counts if it is one.
 */
export type Authorise = (c: ServerContext, scope: Route['scope'] | null) => void

type Deps = Pick<
  ServerDeps,
  'keys' | 'findModel' | 'listModels' | 'listAliases' | 'loadedModels' | 'library' | 'clock' | 'settings'
>

/** @throws (when called) HttpRefusal 401 or 403, AppError unauthorized, rate_limited */
export function createAuthorise(deps: Deps, access: () => Access): Authorise {
  const { keys } = deps
  return (c, scope) => {
    const presented = presentedKeys((name) => c.req.header(name))
    const key = presented.map(keys.find).find((found) => found !== null) ?? null
    const peer = c.env?.incoming?.socket.remoteAddress
    const isGuest = isLoopbackAddress(peer) || isShelfGuest(c.req.path, peer, deps.settings().shelf)
    const isNeeded = access().keyNeeded && !isGuest
    if (scope === 'open') {
      // Answers everyone, and tells more to those who may enter. No request is counted.
      if (isNeeded && (key === null || isOver(key, deps.clock()))) c.set('admitted', false)
      if (!c.get('admitted')) return
    } else if (key !== null) {
      c.get('record').setKeyName(key.name)
      keys.enter(key)
      if (scope !== null && !key.scopes.includes(scope)) throw notForThis(key, scope)
    } else if (isNeeded) {
      throw noKey(presented.length > 0)
    }
    c.set('caller', callerOf(key))
    c.set('models', visibleModels(deps, key))
  }
}

function callerOf(key: ApiKey | null): Caller {
  const ownerId = key === null ? LOCAL_OWNER_ID : ownerIdOf(key)
  return { actor: { ownerId, door: 'http', access: 'remote' }, key }
}

function noKey(isWrong: boolean): HttpRefusal {
  return new HttpRefusal(
    401,
    isWrong
      ? 'The key is none of those that this server knows. Ask for one where Hearth runs.'
      : 'This server needs a key. Send it as "Authorization: Bearer KEY".',
  )
}

function notForThis({ name, scopes }: ApiKey, scope: string): HttpRefusal {
  return new HttpRefusal(403, `The key "${name}" is for ${scopes.join(' and ')} only; this needs the scope "${scope}".`)
}
