import type { Actor } from '../../shared/domain/actor.ts'
import type { Download } from '../../shared/domain/downloads.ts'
import type { Model } from '../../shared/domain/models.ts'
import type { Desktop } from '../host/host.ts'
import type { HashFile } from '../lib/hash-file.ts'
import type { Log } from '../lib/log.ts'

/** A model whose files lie in the models' folder already, compared byte for byte with its hand-over. */
export type ImportedModel = Pick<Model, 'name' | 'files' | 'defaults' | 'source' | 'made' | 'licenceText' | 'tags'>

/** What is asked of the library here. */
export interface ModelsHere {
  list(): Model[]
  find(name: string): Model | undefined
  /** As `find`; throws `model_not_found`, or what is wrong with the file. */
  get(name: string): Model
  /** Adds a GGUF where it lies. Throws `model_file_…`, `name_invalid`, `model_name_taken`. */
  add(path: string, actor: Actor, name?: string): Promise<Model>
  /** Adds a model with files of our own; reads the header itself. Throws `model_file_…`. */
  addImported(model: ImportedModel, actor: Actor): Promise<Model>
  /** Remembers what was computed, so that it need not be read again. */
  setFileHash(path: string, sha256: string): void
  /** Takes a model out; its own files go to where they can be brought back from. */
  remove(name: string): Promise<unknown>
  /** Files of removed models that wait to be brought back; and how to drop the model of one for good. */
  removed(): { name: string; path: string }[]
  forgetRemoved(path: string): Promise<void>
}

export interface StorageUseDeps {
  /** The data folder. */
  home: string
  modelsFolder: () => string
  models: ModelsHere
  /** The whole queue, finished ones too. */
  downloads: () => Download[]
  /** Whether a model is loaded. */
  isLoaded: (name: string) => boolean
  hashFile: HashFile
  desktop: Pick<Desktop, 'trash'> | null
  version: string
  now: () => number
  newId: () => string
  log: Pick<Log, 'info' | 'warn'>
  /** Where other programs are looked for. */
  platform: NodeJS.Platform
  env: Readonly<Record<string, string | undefined>>
  userHome: string
}
