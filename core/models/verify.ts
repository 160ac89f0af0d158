import { type ErrorInfo, toErrorInfo } from '../../shared/domain/errors.ts'
import type { Model, ModelCheck, ModelFile } from '../../shared/domain/models.ts'
import type { WorkProgress } from '../../shared/domain/storage.ts'
import { createEventQueue } from '../lib/event-queue.ts'
import type { HashFile } from '../lib/hash-file.ts'
import { fileChanged, fileGone } from './library-errors.ts'

export interface VerifyDeps {
  hashFile: HashFile
  now: () => number
  onHash(path: string, sha256: string): void
  onChecked(check: ModelCheck): void
}

/**
 * Reads every file of a model and compares it with its hash; the first time there may be none, and then it is kept.
 * What was found is told to `onChecked`, unless the signal stopped it before.
 */
export async function* verifyFiles(
  deps: VerifyDeps,
  model: Model,
  signal: AbortSignal | undefined,
): AsyncGenerator<WorkProgress, void, void> {
  const totalBytes = model.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const stop = new AbortController()
  const abort = () => stop.abort()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  let doneBytes = 0
  // Only the newest matters to one who is slow.
  const progress = createEventQueue<WorkProgress>((_, next) => next)
  const onProgress = (bytes: number) => {
    doneBytes += bytes
    progress.push({ doneBytes: Math.min(doneBytes, totalBytes), totalBytes })
  }
  const work = compareAll(deps, model, onProgress, stop.signal).finally(() => progress.end())
  work.catch(() => {})
  try {
    yield { doneBytes: 0, totalBytes }
    yield* progress
    const error = await work
    deps.onChecked({
      ...(model.check ?? { loads: null, templateRenders: null, answers: null, stops: null }),
      checkedAt: deps.now(),
      intact: error === null,
      error: error ?? (model.check?.intact === false ? null : (model.check?.error ?? null)),
    })
    yield { doneBytes: totalBytes, totalBytes }
  } finally {
    signal?.removeEventListener('abort', abort)
    abort()
  }
}

/** What is wrong with the first file that is not what it should be; null when all are. */
async function compareAll(
  { hashFile, onHash }: VerifyDeps,
  model: Model,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<ErrorInfo | null> {
  let wrong: ErrorInfo | null = null
  for (const file of model.files) {
    let sha256
    try {
      sha256 = await hashFile(file.path, onProgress, signal)
    } catch (error) {
      if (signal.aborted) throw error
      wrong ??= unreadable(model, file, error)
      continue
    }
    if (file.sha256 === null) onHash(file.path, sha256)
    else if (file.sha256 !== sha256) wrong ??= fileChanged(model, file.path)
  }
  return wrong
}

function unreadable(model: Model, file: ModelFile, error: unknown): ErrorInfo {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT' || code === 'ENOTDIR') return fileGone(model, file.path)
  return {
    code: 'model_check_failed',
    message: `${file.path} can't be read: ${toErrorInfo(error).message}`,
    suggestion: 'Check the drive and your right to read the file.',
    data: { model: model.name, path: file.path },
  }
}
