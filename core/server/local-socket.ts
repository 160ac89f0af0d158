import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import path from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Actor, LOCAL_OWNER_ID } from '../../shared/domain/actor.ts'
import { AppError } from '../../shared/domain/errors.ts'
import { localSocketPath } from '../local-socket-path.ts'
import { MAX_MESSAGE_BYTES } from './rpc-door.ts'

/** The open door of the command line. */
export interface LocalSocket {
  close(): Promise<void>
}

/**
 * Opens the door of the command line for the data folder `home`: WebSockets at `/rpc` over a socket that only this
 * user may open. A socket that a core left behind when it died is replaced.
 * @throws AppError folder_held when another core answers there
 */
export async function listenLocal(
  home: string,
  onSocket: (socket: WebSocket, actor: Actor) => void,
): Promise<LocalSocket> {
  const socketPath = localSocketPath(home)
  const isPipe = socketPath.startsWith('\\\\')
  if (!isPipe) ownFolder(path.dirname(socketPath), home)
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })
  const server = createServer((_request, response) => response.writeHead(404).end())
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    // A browser has no way to this socket, and what names an origin is one.
    if (request.url !== '/rpc' || request.headers.origin !== undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => webSocket.terminate())
      onSocket(webSocket, { ownerId: LOCAL_OWNER_ID, door: 'cli', access: 'local' })
    })
  })
  try {
    await bind(server, socketPath)
  } catch (error) {
    if (!isInUse(error) || isPipe || (await answers(socketPath))) throw isInUse(error) ? held(home, error) : error
    rmSync(socketPath, { force: true })
    await bind(server, socketPath)
  }
  return {
    async close() {
      for (const webSocket of webSockets.clients) webSocket.terminate()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

/** The folder of the socket; one among the temporary ones must be this user's own, and nobody else's to enter. */
function ownFolder(folder: string, home: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (folder === path.normalize(home)) return
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== process.getuid?.()) {
    throw new AppError({
      code: 'folder_held',
      message: `${folder} belongs to another user.`,
      suggestion: 'Point HEARTH_HOME to a folder with a shorter path.',
      data: { path: folder },
    })
  }
  chmodSync(folder, 0o700)
}

/** Binds with the rights that it keeps: there is no moment in which others could connect. */
async function bind(server: Server, socketPath: string): Promise<void> {
  const before = process.platform === 'win32' ? undefined : process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(socketPath, () => {
        server.off('error', reject)
        resolve()
      })
      // The socket is made during the call; what others create meanwhile keeps the usual rights.
      if (before !== undefined) process.umask(before)
    })
  } finally {
    if (before !== undefined) process.umask(before)
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath)
    const settle = (alive: boolean) => () => {
      probe.destroy()
      resolve(alive)
    }
    probe.once('connect', settle(true))
    probe.once('error', settle(false))
    probe.setTimeout(2000, settle(true))
  })
}

function held(home: string, cause: unknown): AppError {
  return new AppError({
    code: 'folder_held',
    message: `The data folder ${home} is in use by a running Hearth.`,
    suggestion: 'Use that one, stop it, or point HEARTH_HOME to another folder.',
    data: { path: home },
    cause,
  })
}
