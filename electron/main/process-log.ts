import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const MAX_BYTES = 5_000_000

export interface ProcessLog {
  write(text: string | Buffer): void
}

/**
 * What processes print, in a file of about 5 MB at most; the one before is kept as `*.old.log`. A folder that can't be
 * written costs the log and nothing else.
 *
 * @param path ends in `.log`
 */
export function openProcessLog(path: string, maxBytes = MAX_BYTES): ProcessLog {
  let bytes: number | null = null
  let queue = Promise.resolve()

  async function append(text: string | Buffer): Promise<void> {
    if (bytes === null) {
      await mkdir(dirname(path), { recursive: true })
      bytes = await stat(path).then(
        ({ size }) => size,
        () => 0,
      )
    }
    if (bytes > maxBytes) {
      await rename(path, path.replace(/\.log$/, '.old.log'))
      bytes = 0
    }
    await appendFile(path, text)
    bytes += text.length
  }

  return {
    write(text) {
      // One after the other, so that lines keep their order and no line meets a file that is just being renamed.
      queue = queue.then(() => append(text)).catch(() => undefined)
    },
  }
}
