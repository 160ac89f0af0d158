import type { Finish } from '../downloads/run-download.ts'
import type { Door } from '../../shared/domain/actor.ts'
import type { Library } from './library.ts'
import type { Trials } from './trials.ts'

/** Downloads belong to the person who asked for them, through whichever door. */
const DOOR: Door = 'window'

/** What happens to files that were fetched and verified: they become a model, and the model is tried. */
export function createFinish({
  library,
  trials,
}: {
  library: Pick<Library, 'addDownloaded' | 'setCheck'>
  trials: Trials
}): Finish {
  return async (plan, files, ownerId) => {
    const actor = { ownerId, door: DOOR, access: 'local' as const }
    const { name } = await library.addDownloaded({ plan, files, actor })
    const { check } = await trials.check(name)
    if (check) library.setCheck(name, { ...check, intact: true })
    return { model: name, error: check?.error ?? null }
  }
}
