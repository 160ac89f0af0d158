import { isAbsolute, join, relative, sep } from 'node:path'
import { z } from 'zod'
import { parseJson, readSmall } from '../files.ts'
import { type Finder, takeTree } from './finder.ts'

const Settings = z.object({ downloadsFolder: z.string() })

/** Models of LM Studio, named `publisher/repo/file.gguf`: in its home folder, and where its settings put them. */
export async function findInLmStudio(finder: Finder, home: string): Promise<void> {
  const settings = Settings.safeParse(parseJson(await readSmall(join(home, 'settings.json'), 1_000_000)))
  const chosen = settings.success && isAbsolute(settings.data.downloadsFolder) ? settings.data.downloadsFolder : null
  for (const folder of new Set([...(chosen === null ? [] : [chosen]), join(home, 'models')])) {
    const nameOf = (path: string) => relative(folder, path).split(sep).join('/')
    await takeTree(finder, 'lmstudio', folder, { depth: 5, entries: 50_000 }, nameOf)
  }
}
