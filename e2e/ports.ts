import { type AddressInfo, createServer, type Server } from 'node:net'

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const taken = await takePort(0)
  await taken.release()
  return taken.port
}

/** Listens on a port of 127.0.0.1 as another program would; 0 takes any. Rejects when it is in use. */
export async function takePort(port: number): Promise<{ port: number; release(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve)
  })
  return { port: portOf(server), release: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** Whether nobody listens on a port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await (await takePort(port)).release()
    return true
  } catch {
    return false
  }
}

function portOf(server: Server): number {
  // A TCP server that listens has such an address.
  return (server.address() as AddressInfo).port
}
