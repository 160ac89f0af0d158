import { lstatSync } from 'node:fs'
import { connect } from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import { localSocketPath } from '../core/local-socket-path.ts'
import type { Contract } from '../shared/contract/index.ts'

const GOODBYE_MS = 1000

/** Everything that the command line may ask of a core. */
export type Client = ContractRouterClient<Contract>

/** A core that answers, in this process or another. */
export interface Connection {
  client: Client
  close(): Promise<void>
}

/** The core that holds the data folder `home`; null when none does. */
export async function connectToHolder(home: string): Promise<Connection | null> {
  const socketPath = localSocketPath(home)
  if (!isOurs(socketPath)) return null
  const socket = new WebSocket('ws://hearth/rpc', {
    createConnection: () => connect(socketPath),
    perMessageDeflate: false,
  })
  const open = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true))
    socket.on('error', () => resolve(false))
  })
  if (!open) return null
  return {
    // The link uses only what both kinds of WebSocket share; ws types its events on its own.
    client: createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })),
    async close() {
      if (socket.readyState === socket.CLOSED) return
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.close()
      // One that does not say goodbye is left.
      const impatience = setTimeout(() => socket.terminate(), GOODBYE_MS)
      await closed
      clearTimeout(impatience)
    },
  }
}

/** A socket of another user in a folder for all would be a trap. */
function isOurs(socketPath: string): boolean {
  if (process.getuid === undefined) return true
  const stat = lstatSync(socketPath, { throwIfNoEntry: false })
  return stat !== undefined && stat.isSocket() && stat.uid === process.getuid()
}
