import type { Download } from '../../shared/domain/downloads.ts'
import { AppError } from '../../shared/domain/errors.ts'
import type { Client } from '../client.ts'
import { formatBytes, formatSeconds, formatTable } from '../format.ts'
import { withCore } from '../obtain.ts'
import type { ProgramContext } from '../program-context.ts'

export type DownloadAction = 'pause' | 'resume' | 'cancel'

const DONE: Record<DownloadAction, string> = { pause: 'Paused', resume: 'Resumed', cancel: 'Cancelled' }

/** `hearth downloads`: what is fetched and what waits. */
export async function listDownloads(context: ProgramContext): Promise<void> {
  const downloads = await withCore(context, 'hearth downloads', currentDownloads)
  const rows = downloads.map((download) => [
    download.id,
    download.name,
    download.state,
    `${formatBytes(download.doneBytes)}${download.totalBytes === null ? '' : ` of ${formatBytes(download.totalBytes)}`}`,
    download.bytesPerSecond > 0 ? `${formatBytes(download.bytesPerSecond)}/s` : '-',
    download.secondsLeft === null || download.state === 'done' ? '-' : formatSeconds(download.secondsLeft),
  ])
  const titles = ['ID', 'NAME', 'STATE', 'FETCHED', 'SPEED', 'LEFT']
  context.stdout.write(formatTable(titles, rows, context.stdout.isTTY === true))
  for (const { name, error } of downloads) if (error !== null) context.stderr.write(`${name}: ${error.message}\n`)
}

/**
 * `hearth downloads pause|resume|cancel ID`: also by the beginning of an id, or by the model's name.
 * @throws AppError not_found; core_lost when nothing runs that could go on with it
 */
export async function changeDownload(context: ProgramContext, action: DownloadAction, wanted: string): Promise<void> {
  if (action === 'resume') await needsHolder(context, wanted)
  const name = await withCore(context, `hearth downloads ${action}`, async (client) => {
    const download = findDownload(await currentDownloads(client), wanted)
    await client.downloads[action]({ id: download.id })
    return download.name
  })
  context.stdout.write(`${DONE[action]} ${name}\n`)
}

/** A command ends at once; it can't go on with anything. */
async function needsHolder(context: ProgramContext, wanted: string): Promise<void> {
  const holder = await context.connectToHolder()
  if (holder !== null) return holder.close()
  throw new AppError({
    code: 'core_lost',
    message: 'No Hearth is running that could go on with it.',
    suggestion: `Start the app or hearth serve, or fetch it here with: hearth pull ${wanted}`,
  })
}

async function currentDownloads(client: Client): Promise<Download[]> {
  for await (const { downloads } of await client.downloads.watch()) return downloads
  return []
}

function findDownload(downloads: readonly Download[], wanted: string): Download {
  const exact = downloads.filter(({ id, name }) => id === wanted || name === wanted)
  const found = exact.length > 0 ? exact : downloads.filter(({ id }) => id.startsWith(wanted))
  const [one, ...others] = found
  if (one !== undefined && others.length === 0) return one
  throw new AppError({
    code: 'not_found',
    message: one === undefined ? `There is no download "${wanted}".` : `"${wanted}" means several downloads.`,
    suggestion: 'See which there are with: hearth downloads',
  })
}
