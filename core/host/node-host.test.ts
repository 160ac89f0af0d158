import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { tempFolder } from '../lib/temp-folder.testing.ts'
import { createNodeHost } from './node-host.ts'

/** What a child is given: tells its environment, and ends. */
async function environmentOfChild(env: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  const entry = join(tempFolder(), 'child.mjs')
  writeFileSync(entry, 'process.send([process.env], () => process.disconnect())')
  const child = createNodeHost({ engineEntry: entry, probeEntry: entry }).spawn<never, NodeJS.ProcessEnv>('engine', env)
  const told = new Promise<NodeJS.ProcessEnv>((resolve) => child.channel.onMessage(resolve))
  await child.exited
  return told
}

describe('a child of plain Node', () => {
  it('has the environment of its parent, and what is added', async () => {
    vi.stubEnv('HEARTH_TRIED', 'inherited')
    expect(await environmentOfChild({ UV_THREADPOOL_SIZE: '1' })).toMatchObject({
      HEARTH_TRIED: 'inherited',
      UV_THREADPOOL_SIZE: '1',
    })
    vi.unstubAllEnvs()
  })

  it.runIf(process.platform === 'linux')('tells glibc how to allocate, and what was set of it wins', async () => {
    vi.stubEnv('GLIBC_TUNABLES', 'glibc.malloc.arena_max=2')
    expect(await environmentOfChild({})).toMatchObject({
      GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072:glibc.malloc.arena_max=2',
    })
    vi.unstubAllEnvs()
  })
})
