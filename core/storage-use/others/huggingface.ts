import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { readSmall } from '../files.ts'
import { type Finder, takeTree } from './finder.ts'

/**
 * Models of a Hugging Face cache: `models--<owner>--<name>/snapshots/<commit>/…` are links to `blobs/<sha256>`. The
 * link is what gets used: the parts of a model in several files find each other by their names.
 */
export async function findInHuggingFace(finder: Finder, cache: string): Promise<void> {
  const folders = await readdir(cache, { withFileTypes: true }).catch(() => [])
  for (const folder of folders) {
    const repo = /^models--(.+)$/.exec(folder.name)?.[1]?.replaceAll('--', '/')
    if (!folder.isDirectory() || repo === undefined) continue
    const snapshots = join(cache, folder.name, 'snapshots')
    const commits = (await readdir(snapshots).catch(() => [])).slice(0, 200)
    const main = (await readSmall(join(cache, folder.name, 'refs', 'main'), 200))?.trim()
    // Where several commits have one file, the newest is the last to be cleaned away.
    for (const commit of commits.toSorted((a, b) => Number(b === main) - Number(a === main))) {
      const snapshot = join(snapshots, commit)
      const nameOf = (path: string) => `${repo}/${relative(snapshot, path).split(sep).join('/')}`
      await takeTree(finder, 'huggingface', snapshot, { depth: 4, entries: 5000 }, nameOf)
    }
  }
}
