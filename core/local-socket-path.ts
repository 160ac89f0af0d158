import { createHash } from 'node:crypto'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'

/** Unix sockets have room for 104 bytes of path on macOS. */
const MAX_PATH_BYTES = 100

/** What the path depends on; injected in tests. */
export interface SocketPlaces {
  tmp: string
  /** Id of the user on Unix. */
  uid: number
}

/**
 * Where the command line finds the core that holds the data folder `home`: a socket in it, or, where that path would
 * be too long for a socket, in a folder of this user's among the temporary ones; on Windows a named pipe.
 */
export function localSocketPath(
  home: string,
  platform: NodeJS.Platform = process.platform,
  places: SocketPlaces = { tmp: tmpdir(), uid: userInfo().uid },
): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
  // Windows does not tell cases apart.
  if (platform === 'win32') return `\\\\.\\pipe\\hearth-${hash(path.win32.resolve(home).toLowerCase())}`
  const inHome = path.posix.join(home, 'hearth.sock')
  if (Buffer.byteLength(inHome) <= MAX_PATH_BYTES) return inHome
  return path.posix.join(places.tmp, `hearth-${places.uid}`, `${hash(home)}.sock`)
}
