import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../../shared/contract/index.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { useConnection } from './connection.ts'

export { useConnection } from './connection.ts'

export type Client = ContractRouterClient<Contract>

let current: Client | null = null

/** The connected client. Throws AppError `core_lost` while there is no connection. */
export function rpc(): Client {
  if (current !== null) return current
  throw new AppError({
    code: 'core_lost',
    message: 'The connection to Hearth is gone.',
    suggestion: 'Wait a moment; it comes back by itself.',
  })
}

type Link = Parameters<typeof createORPCClient>[0]

/** Makes a new connection the current one and says so to everyone who watches. */
export function connectionOpened(link: Link): void {
  const { everOpen, restarts } = useConnection.getState()
  current = createORPCClient<Client>(link)
  useConnection.setState({ state: 'open', error: null, everOpen: true, restarts: everOpen ? restarts + 1 : restarts })
}

/** Forgets the current connection. */
export function connectionClosed(
  state: 'connecting' | 'lost' | 'refused' | 'failed',
  error: AppError | null = null,
): void {
  current = null
  useConnection.setState({ state, error: error === null ? null : error.toInfo() })
}
