import { createORPCClient } from '@orpc/client'
import { type MessagePortMainLike, RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { MessagePortMain } from 'electron'
import type { Contract } from '../../shared/contract/index.ts'
import { ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'
import type { ServerStatus } from '../../shared/domain/server.ts'
import type { Settings } from '../../shared/domain/settings.ts'

export interface CoreViews {
  onServer(status: ServerStatus): void
  onSettings(settings: Settings): void
}

export type CoreClient = ContractRouterClient<Contract>

/**
 * The shell as one more client of the core: what tray, menu and theme show comes over the same contract as what a
 * page shows. The views are told until the core ends.
 */
export function connectShell(port: MessagePortMain, views: CoreViews): CoreClient {
  // Electron types `on` by event name, oRPC by any string; the methods are the same.
  const client: CoreClient = createORPCClient(new RPCLink({ port: port as unknown as MessagePortMainLike }))
  port.start()
  void follow(client.server.watch(), (state) => views.onServer(state.status))
  void follow(client.settings.watch(), views.onSettings)
  return client
}

/** What a call of the core failed with, as a person may read it. */
export function callError(error: unknown): ErrorInfo {
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined
  const info = ErrorInfo.safeParse(data)
  return info.success ? info.data : toErrorInfo(error)
}

async function follow<T>(opened: Promise<AsyncIterable<T>>, tell: (value: T) => void): Promise<void> {
  try {
    for await (const value of await opened) tell(value)
  } catch {
    // The core is gone. The shell learns that from its process and connects again.
  }
}
