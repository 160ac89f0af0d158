import { app } from 'electron'

/**
 * Lets the app end only after everything it owns has ended. A terminal's interrupt and a system's shutdown quit as the
 * menu does.
 *
 * @param release called once; the app quits when it settles
 */
export function quitOnce(release: () => Promise<void>): void {
  let phase: 'running' | 'releasing' | 'released' = 'running'
  app.on('before-quit', (event) => {
    if (phase === 'released') return
    event.preventDefault()
    if (phase === 'releasing') return
    phase = 'releasing'
    const finish = () => {
      phase = 'released'
      app.quit()
    }
    void release().then(finish, finish)
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())
}
