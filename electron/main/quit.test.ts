import { describe, expect, it, vi } from 'vitest'
import { createQuit } from './quit.ts'

/** An app that ends when nobody prevents it, as Electron's does. */
function world(platform: NodeJS.Platform, mayLeave: () => Promise<boolean>) {
  let beforeQuit: (event: { preventDefault(): void }) => void = () => {}
  let ended = false
  const app = {
    on: (_event: 'before-quit', listener: typeof beforeQuit) => void (beforeQuit = listener),
    quit() {
      let prevented = false
      beforeQuit({ preventDefault: () => (prevented = true) })
      if (!prevented) ended = true
    },
  }
  const release = vi.fn(async () => {})
  const asked = vi.fn(mayLeave)
  const quit = createQuit({ app, platform, mayLeave: asked, release })
  return { app, quit, release, asked, ended: () => ended, settle: () => new Promise((resolve) => setTimeout(resolve)) }
}

describe('quitting', () => {
  it('ends after everything is released, once the person agrees', async () => {
    const { quit, release, asked, ended, settle } = world('linux', async () => true)
    quit.request()
    quit.request()
    expect(ended()).toBe(false)
    await settle()
    expect([asked.mock.calls.length, release.mock.calls.length, ended()]).toEqual([1, 1, true])
  })

  it('goes on when the person does not, and asks again the next time', async () => {
    const { quit, release, asked, ended, settle } = world('linux', async () => false)
    quit.request()
    await settle()
    quit.request()
    await settle()
    expect([asked.mock.calls.length, release.mock.calls.length, ended()]).toEqual([2, 0, false])
  })

  it.each(['linux', 'win32', 'darwin'] as const)('asks nothing of a system on %s that shuts down', async (platform) => {
    const { quit, asked, ended, settle } = world(platform, async () => false)
    quit.atOnce()
    await settle()
    expect([asked.mock.calls.length, ended()]).toEqual([0, true])
  })

  it('does not wait for an answer when the system shuts down meanwhile', async () => {
    let answer: (leave: boolean) => void = () => {}
    const { quit, release, ended, settle } = world('linux', () => new Promise((resolve) => (answer = resolve)))
    quit.request()
    quit.atOnce()
    await settle()
    expect(ended()).toBe(true)
    answer(true)
    await settle()
    expect(release).toHaveBeenCalledOnce()
  })

  it('asks on a Mac when the Dock quits, and nowhere else when the program itself does', async () => {
    const mac = world('darwin', async () => false)
    mac.app.quit()
    await mac.settle()
    expect([mac.asked.mock.calls.length, mac.ended()]).toEqual([1, false])
    const other = world('linux', async () => false)
    other.app.quit()
    await other.settle()
    expect([other.asked.mock.calls.length, other.ended()]).toEqual([0, true])
  })

  it('ends although what it releases fails', async () => {
    const { quit, release, ended, settle } = world('linux', async () => true)
    release.mockRejectedValue(new Error('stuck'))
    quit.request()
    await settle()
    expect(ended()).toBe(true)
  })
})
