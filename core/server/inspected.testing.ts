import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { z } from 'zod'

/** What a program holds once its garbage is gone. */
export interface Held {
  heapBytes: number
  residentBytes: number
  /** Connections that are open at its side. */
  sockets: number
  /** Open files and sockets; where they can't be counted, 0. */
  handles: number
}

/** `hearth serve` in a process of its own, which can be looked into. */
export interface Inspected {
  url: string
  held(): Promise<Held>
  stop(): Promise<void>
}

const LOOK = `JSON.stringify({
  heapBytes: process.memoryUsage().heapUsed,
  residentBytes: process.memoryUsage().rss,
  sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
})`
const Looked = z.object({ heapBytes: z.number(), residentBytes: z.number(), sockets: z.int() })
const Reply = z.object({ id: z.int(), result: z.object({ result: z.object({ value: z.string() }).optional() }) })

/** Starts the built program. @param env beside what is needed to find programs and the temporary folder */
export async function startInspected(home: string, env: Record<string, string>): Promise<Inspected> {
  const program = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'hearth.js')
  const { PATH, TMPDIR } = process.env
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', program, 'serve', '--port', '0'], {
    env: { PATH, TMPDIR, HEARTH_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let output = ''
  const found = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const [, match] = pattern.exec(output) ?? []
        if (match !== undefined) resolve(match)
      }
      child.stdout.on('data', look)
      child.stderr.on('data', look)
      child.once('exit', (code) => reject(new Error(`hearth serve ended with ${code}:\n${output}`)))
    })
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  const [debuggerUrl, url] = await Promise.all([
    found(/Debugger listening on (\S+)/),
    found(/Hearth is listening on (\S+)/),
  ])

  const socket = new WebSocket(debuggerUrl)
  await once(socket, 'open')
  let last = 0
  async function ask(method: string, params: object = {}): Promise<z.infer<typeof Reply>['result']> {
    const id = ++last
    socket.send(JSON.stringify({ id, method, params }))
    for (;;) {
      const [data] = await once(socket, 'message')
      const reply = Reply.safeParse(JSON.parse(String(data)))
      if (reply.data?.id === id) return reply.data.result
    }
  }

  return {
    url,
    async held() {
      for (let times = 0; times < 2; times++) await ask('HeapProfiler.collectGarbage')
      const { result } = await ask('Runtime.evaluate', { expression: LOOK, returnByValue: true })
      const handles = process.platform === 'linux' ? readdirSync(`/proc/${child.pid}/fd`).length : 0
      return { ...Looked.parse(JSON.parse(result?.value ?? '')), handles }
    },
    async stop() {
      socket.terminate()
      child.kill('SIGINT')
      await exited
    },
  }
}
