import { AppError } from '../../shared/domain/errors.ts'
import type { HubAccount, HubId } from '../../shared/domain/hubs.ts'
import type { Hub, HubCall } from './hub.ts'
import type { Secrets } from './secrets.ts'

export interface Accounts {
  /** The environment's, else the saved one. */
  token(hub: HubId): Promise<string | null>
  list(): Promise<HubAccount[]>
  /** Keeps a token; null forgets it. Throws `hub_token_refused`, and keeps nothing then. */
  set(hub: HubId, token: string | null): Promise<HubAccount>
  /** The hub refused the token just now. */
  refused(hub: HubId): void
}

type WithAccounts = 'huggingface' | 'modelscope'
const VARIABLES: Record<WithAccounts, string[]> = {
  huggingface: ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'],
  modelscope: ['MODELSCOPE_API_TOKEN'],
}
const ASK_MS = 5000

/** Tokens for hubs, and whose they are. The hub is asked once for each token. */
export function createAccounts(deps: {
  secrets: Secrets
  env: Record<string, string | undefined>
  hub: (id: HubId) => Hub
}): Accounts {
  const known = new Map<string, { token: string; user: string | null; valid: boolean | null }>()
  const nameOf = (hub: HubId) => `token-${hub}`
  const fromEnvironment = (hub: HubId): string | null => {
    if (hub === 'ollama') return null
    return VARIABLES[hub].map((name) => deps.env[name]?.trim()).find((value) => Boolean(value)) ?? null
  }

  async function token(hub: HubId): Promise<string | null> {
    return fromEnvironment(hub) ?? (hub === 'ollama' ? null : deps.secrets.get(nameOf(hub)))
  }

  async function ask(hub: HubId, secret: string, call: HubCall) {
    try {
      const user = (await deps.hub(hub).whoAmI?.(secret, call)) ?? null
      known.set(hub, { token: secret, user, valid: true })
    } catch (error) {
      const refused = error instanceof AppError && error.code === 'hub_token_refused'
      if (refused) known.set(hub, { token: secret, user: null, valid: false })
      throw error
    }
  }

  async function describe(hub: HubId): Promise<HubAccount> {
    const secret = await token(hub)
    const source = secret === null ? 'none' : fromEnvironment(hub) === null ? 'saved' : 'environment'
    const fact = known.get(hub)
    const about = fact?.token === secret ? fact : null
    return {
      hub,
      token: source,
      tokenEnd: secret === null || secret.length < 12 ? null : secret.slice(-4),
      user: about?.user ?? null,
      valid: about?.valid ?? null,
      encrypted: deps.secrets.encrypted,
    }
  }

  return {
    token,
    async list() {
      const hubs: HubId[] = ['huggingface', 'modelscope']
      return Promise.all(
        hubs.map(async (hub) => {
          const secret = await token(hub)
          // Without a network it is simply not known whose it is.
          if (secret !== null && known.get(hub)?.token !== secret) {
            await ask(hub, secret, { signal: AbortSignal.timeout(ASK_MS) }).catch(() => null)
          }
          return describe(hub)
        }),
      )
    },
    async set(hub, given) {
      if (hub === 'ollama') throw noAccounts()
      const secret = given?.trim() ?? null
      if (secret !== null && !/^[!-~]{1,500}$/.test(secret)) throw badToken()
      if (secret !== null) {
        await ask(hub, secret, {}).catch((error: unknown) => {
          const unreachable = error instanceof AppError && error.code !== 'hub_token_refused'
          if (!unreachable) throw error
        })
      }
      await deps.secrets.set(nameOf(hub), secret)
      return describe(hub)
    },
    refused(hub) {
      const fact = known.get(hub)
      if (fact) known.set(hub, { ...fact, valid: false })
    },
  }
}

function noAccounts(): AppError {
  return new AppError({
    code: 'invalid_input',
    message: 'Ollama’s registry needs no token.',
    suggestion: 'Its models can be fetched as they are.',
  })
}

function badToken(): AppError {
  return new AppError({
    code: 'invalid_input',
    message: 'This can’t be a token: it holds spaces or signs that no token has.',
    suggestion: 'Copy it again from the hub’s page.',
  })
}
