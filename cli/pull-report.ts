import type { Download, PullEvent } from '../shared/domain/downloads.ts'
import { formatBytes, formatSeconds } from './format.ts'
import type { Output } from './program-context.ts'
import { createProgress } from './progress.ts'

type Progress = Extract<PullEvent, { type: 'progress' }>

/** A line without an end of known size is written again after this much more. */
const UNKNOWN_STEP_BYTES = 100_000_000
const BAR_WIDTH = 20

export interface PullReport {
  tell(event: PullEvent): void
  /** Takes away what stands on the terminal only for now. */
  end(): void
}

/**
 * Tells how a pull goes on: on a terminal with one line that is written over, else with a line for each change of state
 * and each tenth of a file.
 */
export function createPullReport(output: Output): PullReport {
  return output.isTTY === true ? onTerminal(output) : inLines(output)
}

function inLines(output: Output): PullReport {
  const say = oncePerText((line) => void output.write(`${line}\n`))
  const steps = new Map<string, number>()
  let current: Progress | null = null
  return {
    tell(event) {
      if (event.type !== 'progress') {
        if (event.type === 'verifying' && current !== null) this.tell(arrived(current))
        return say(stateLine(event))
      }
      current = event
      const pause = pauseLine(event.download)
      if (pause !== null) return say(pause)
      const { path, sizeBytes, doneBytes } = event.file
      const step = sizeBytes ? Math.floor((doneBytes / sizeBytes) * 10) : Math.floor(doneBytes / UNKNOWN_STEP_BYTES)
      if (step <= (steps.get(path) ?? -1)) return
      steps.set(path, step)
      say(`${pulling(event)}: ${amount(event.file)}${inAll(event.download)}`)
    },
    end() {},
  }
}

function onTerminal(output: Output): PullReport {
  const progress = createProgress(output)
  const keep = oncePerText((line) => {
    progress.clear()
    output.write(`${line}\n`)
  })
  let current: Progress | null = null
  return {
    tell(event) {
      if (event.type !== 'progress') {
        if (event.type === 'verifying' && current !== null) this.tell(arrived(current))
        return keep(stateLine(event))
      }
      current = event
      const pause = pauseLine(event.download)
      if (pause !== null) return progress.show(pause)
      const { file, download } = event
      if (file.sizeBytes !== null && file.sizeBytes > 0 && file.doneBytes >= file.sizeBytes) {
        return keep(`${pulling(event)}: ${amount(file)}`)
      }
      progress.show(
        [
          pulling(event),
          ...(file.sizeBytes ? [bar(file.doneBytes / file.sizeBytes)] : []),
          amount(file) + inAll(download),
          ...(download.bytesPerSecond > 0 ? [`${formatBytes(download.bytesPerSecond)}/s`] : []),
          ...(download.secondsLeft === null ? [] : [`${formatSeconds(download.secondsLeft)} left`]),
        ].join('  '),
      )
    },
    end: () => progress.clear(),
  }
}

/** What the last look before the hash did not see yet: all of it is here. */
function arrived(event: Progress): Progress {
  const { sizeBytes } = event.file
  return sizeBytes === null ? event : { ...event, file: { ...event.file, doneBytes: sizeBytes } }
}

/** As Ollama words them, which people know. */
function stateLine(event: Exclude<PullEvent, Progress>): string {
  switch (event.type) {
    case 'resolving':
      return 'pulling manifest'
    case 'verifying':
      return 'verifying sha256 digest'
    case 'checking':
      return 'trying the model'
    case 'waiting':
      return `waiting: ${event.error.message}${event.error.suggestion ? ` ${event.error.suggestion}` : ''}`
    case 'success':
      return 'success'
  }
}

function pauseLine({ state }: Download): string | null {
  if (state === 'paused') return 'paused'
  return state === 'queued' ? 'waiting for its turn' : null
}

/** A digest is what stands for a file at Ollama's registry; other hubs have names that people chose. */
function pulling({ download, file }: Progress): string {
  const name = download.hub === 'ollama' && file.sha256 !== null ? file.sha256.slice(0, 12) : file.path
  return `pulling ${printable(name.split('/').at(-1) ?? name)}`
}

function amount({ doneBytes, sizeBytes }: Progress['file']): string {
  if (!sizeBytes) return formatBytes(doneBytes)
  return `${Math.floor((doneBytes / sizeBytes) * 100)}% ${formatBytes(doneBytes)} of ${formatBytes(sizeBytes)}`
}

function inAll({ files, doneBytes, totalBytes }: Download): string {
  if (files.length < 2 || totalBytes === null) return ''
  return ` (${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} in all)`
}

function bar(part: number): string {
  const filled = Math.round(Math.min(1, part) * BAR_WIDTH)
  // Plain characters: the finer ones take two columns on some Chinese terminals.
  return `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}]`
}

/** A hub's names must not be able to move the cursor or change colours. */
function printable(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, '?')
}

function oncePerText(write: (line: string) => void): (line: string) => void {
  let last: string | null = null
  return (line) => {
    if (line === last) return
    last = line
    write(line)
  }
}
