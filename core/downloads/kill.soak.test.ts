import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { content, MEGABYTE } from './downloads.testing.ts'
import { Journal } from './journal.ts'
import { createByteRanges } from './ranges.ts'
import { bundleRunner } from './bundle.testing.ts'

const rounds = Number(process.env['HEARTH_SOAK_ROUNDS'] ?? 20)
const CHUNK = MEGABYTE / 2
const bytes = content(6)
const sha256 = createHash('sha256').update(bytes).digest('hex')

/** Built beside the project's packages, which it needs. */
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'hearth')
let programs = { folder: '', runner: '', worker: '' }

beforeAll(async () => {
  mkdirSync(cache, { recursive: true })
  programs = await bundleRunner(mkdtempSync(join(cache, 'kill-')))
}, 60_000)
afterAll(() => rmSync(programs.folder, { recursive: true, force: true }))

/** A server of the file that tells when so many bytes have gone out since the last time. */
async function serve() {
  const state = { alarmAt: Infinity, sent: 0, alarm: () => {}, ranges: [] as [number, number][] } // filled below
  const server = createServer((request, response) => {
    const [first = 0, last = 0] = (request.headers.range ?? '').replace('bytes=', '').split('-').map(Number)
    state.ranges.push([first, last + 1])
    response.writeHead(206, {
      'content-range': `bytes ${first}-${last}/${bytes.length}`,
      'content-length': String(last - first + 1),
    })
    let at = first
    // Little by little, so that a kill falls between any two packets.
    const send = () => {
      if (response.destroyed) return
      const end = Math.min(last + 1, at + 32_768)
      response.write(bytes.subarray(at, end))
      state.sent += end - at
      at = end
      if (state.sent >= state.alarmAt) state.alarm()
      if (at <= last) setImmediate(send)
      else response.end()
    }
    send()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { state, url: `http://127.0.0.1:${port}/model.gguf`, close: () => server.close().closeAllConnections() }
}

describe('a kill in the middle', () => {
  it(
    `fault 1: ${rounds} kills at random moments cost at most a chunk each`,
    { timeout: 60_000 + rounds * 10_000 },
    async () => {
      const server = await serve()
      for (let round = 0; round < rounds; round++) {
        const root = tempFolder()
        const target = join(root, 'huggingface', 'ann', 'killed', 'model.gguf')
        const task = {
          root,
          url: server.url,
          sizeBytes: bytes.length,
          sha256,
          hashWorkerPath: programs.worker,
          connections: 4,
          chunkBytes: CHUNK,
        }
        const run = () =>
          spawn(process.execPath, [programs.runner, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] })

        const at = Math.ceil(Math.random() * bytes.length)
        Object.assign(server.state, { alarmAt: at, sent: 0 })
        const first = run()
        const exited = once(first, 'exit')
        let written = 0
        first.stdout.on('data', (line: Buffer) => {
          for (const [, found] of String(line).matchAll(/"written":(\d+)/g)) written = Number(found)
        })
        server.state.alarm = () => void first.kill('SIGKILL')
        await exited
        server.state.alarmAt = Infinity
        expect(existsSync(target) ? readFileSync(target).equals(bytes) : true, `a wrong file after ${at} bytes`).toBe(
          true,
        )

        const journal = existsSync(`${target}.part.json`)
          ? Journal.parse(JSON.parse(readFileSync(`${target}.part.json`, 'utf8')))
          : null
        const safe = createByteRanges(journal?.doneRanges)
        for (const [start, end] of safe.list()) {
          const part = readFileSync(`${target}.part`).subarray(start, end)
          expect(part.equals(bytes.subarray(start, end)), `a journal that lies after ${at} bytes`).toBe(true)
        }
        const finished = existsSync(target)
        if (!finished) expect(written - safe.total(), `fetched again after ${at} bytes`).toBeLessThanOrEqual(CHUNK)

        server.state.ranges.length = 0
        const second = run()
        const [code] = (await once(second, 'exit')) as [number | null] // what 'exit' brings
        expect(code, `the second run after ${at} bytes`).toBe(0)
        expect(readFileSync(target).equals(bytes)).toBe(true)
        const asked = createByteRanges(server.state.ranges)
        if (!finished) expect(asked.total()).toBe(bytes.length - safe.total())
      }
      server.close()
    },
  )
})
