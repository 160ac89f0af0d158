import { powerSaveBlocker } from 'electron'

/** Keeps the computer from going to sleep by itself while it is on; the screen may go dark. */
export function createKeepAwake(): (on: boolean) => void {
  let blocker: number | null = null
  return (on) => {
    if (on) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== null) {
      powerSaveBlocker.stop(blocker)
      blocker = null
    }
  }
}
