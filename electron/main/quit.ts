/** What of Electron's `app` quitting needs. */
export interface QuittingApp {
  on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown
  quit(): void
}

export interface QuitOptions {
  app: QuittingApp
  platform: NodeJS.Platform
  /** Asks the person whether something that runs may be interrupted; true at once when nothing is. */
  mayLeave(): Promise<boolean>
  /** Ends everything that the app owns; called once. The app quits when it settles. */
  release(): Promise<void>
}

export interface Quit {
  /** As a person asks for it, who is asked back first. */
  request(): void
  /** As the system asks for it: nothing is asked. */
  atOnce(): void
}

/** Lets the app end only after everything it owns has ended. A plain `app.quit()` asks nothing. */
export function createQuit({ app, platform, mayLeave, release }: QuitOptions): Quit {
  let phase: 'running' | 'asking' | 'releasing' | 'released' = 'running'
  let agreed = false

  async function ask(): Promise<void> {
    if (phase !== 'running') return
    phase = 'asking'
    const leave = await mayLeave().catch(() => true)
    // A signal that came meanwhile has not waited for the answer.
    if (isLeaving()) return
    phase = 'running'
    if (leave) atOnce()
  }

  function atOnce(): void {
    agreed = true
    app.quit()
  }

  const isLeaving = () => phase === 'releasing' || phase === 'released'

  app.on('before-quit', (event) => {
    if (phase === 'released') return
    event.preventDefault()
    if (phase === 'releasing') return
    // The Dock's own Quit comes this way only.
    if (platform === 'darwin' && !agreed) return void ask()
    phase = 'releasing'
    const finish = () => {
      phase = 'released'
      app.quit()
    }
    void release().then(finish, finish)
  })
  return { request: () => void ask(), atOnce }
}
