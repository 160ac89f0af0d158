import { relative, sep } from 'node:path'
import type { Log } from '../../lib/log.ts'
import { createFinder, type Found, takeTree } from './finder.ts'
import { findInHuggingFace } from './huggingface.ts'
import { findInJan } from './jan.ts'
import { findInLmStudio } from './lm-studio.ts'
import { findInOllama } from './ollama.ts'
import {
  gpt4allPlaces,
  huggingFacePlaces,
  janPlaces,
  lmStudioHomes,
  ollamaPlaces,
  type Surroundings,
} from './places.ts'

/**
 * Models that other programs have on this computer, and those under `folder`. Nothing is written, and what their
 * records claim is not believed: a file counts if it is there, whole and a GGUF.
 */
export async function findOtherModels(
  surroundings: Surroundings,
  folder: string | null,
  log: Pick<Log, 'info'>,
): Promise<Found[]> {
  const finder = createFinder()
  for (const place of ollamaPlaces(surroundings)) await findInOllama(finder, place)
  for (const place of lmStudioHomes(surroundings)) await findInLmStudio(finder, place)
  for (const place of janPlaces(surroundings)) await findInJan(finder, place)
  for (const place of gpt4allPlaces(surroundings)) await takeTree(finder, 'gpt4all', place, { depth: 1, entries: 5000 })
  for (const place of huggingFacePlaces(surroundings)) await findInHuggingFace(finder, place)
  if (folder !== null) {
    const nameOf = (path: string) => relative(folder, path).split(sep).join('/')
    await takeTree(finder, 'folder', folder, { depth: 8, entries: 50_000 }, nameOf)
  }
  if (finder.skipped() > 0) log.info({ skipped: finder.skipped() }, "other programs' models that can't be used")
  return finder.found()
}
