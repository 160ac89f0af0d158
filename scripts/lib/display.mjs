import { spawn } from 'node:child_process'
import { hasDisplay, PlainError } from './project.mjs'

const SCREEN = '1600x1200x24'

/**
 * Runs a task with a display: the one that is there, or a virtual one that is started for it and ended after it.
 * @template T
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} task gets the environment that names the display
 * @param {{ virtual?: boolean }} [options] virtual: also where there is a real one, so that no window is in the way
 * @returns {Promise<T>}
 */
export async function withDisplay(task, { virtual = process.platform === 'linux' } = {}) {
  if (!virtual) {
    if (!hasDisplay()) throw new PlainError('There is no display here.')
    return task(process.env)
  }
  const xvfb = await startXvfb()
  try {
    const { WAYLAND_DISPLAY: _, ...env } = process.env
    return await task({ ...env, DISPLAY: xvfb.display })
  } finally {
    xvfb.stop()
  }
}

/** @returns {Promise<{ display: string, stop(): void }>} */
function startXvfb() {
  return new Promise((resolve, reject) => {
    // It chooses a free display itself and tells its number on descriptor 3.
    const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    const stop = () => void child.kill('SIGTERM')
    process.once('exit', stop)
    let number = ''
    child.stdio[3]?.on('data', (chunk) => {
      number += chunk
      if (number.includes('\n')) resolve({ display: `:${number.trim()}`, stop })
    })
    child.once('error', () => reject(new PlainError('Xvfb, the virtual display for the tests, could not be started.')))
    child.once('exit', (code) =>
      reject(new PlainError(`Xvfb, the virtual display for the tests, ended with code ${code}.`)),
    )
  })
}
