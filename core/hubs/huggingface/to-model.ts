import type { HubFile, HubModel } from '../../../shared/domain/hubs.ts'
import { licenceFromTags, parametersFromName, typesOf } from '../describe-model.ts'
import { knownHash, knownSize } from '../known-values.ts'
import type { RawModel, RawRepo } from './answers.ts'

const LANGUAGE = /^[a-z]{2,3}$/

/** A repository in our terms. */
export function toModel(raw: RawModel): HubModel {
  const [owner = '', title = raw.id] = raw.id.split('/')
  const tags = raw.tags ?? []
  const languages = listOf(raw.cardData?.language).filter((language) => LANGUAGE.test(language))
  return {
    hub: 'huggingface',
    repo: raw.id,
    title: title.replace(/[-_.]gguf$/i, ''),
    author: raw.author ?? owner,
    downloads: raw.downloads ?? null,
    likes: raw.likes ?? null,
    createdAt: timeOf(raw.createdAt),
    updatedAt: timeOf(raw.lastModified),
    parameters: knownSize(raw.gguf?.total) ?? parametersFromName(title),
    architecture: raw.gguf?.architecture ?? null,
    contextLength: knownSize(raw.gguf?.context_length),
    licence: listOf(raw.cardData?.license)[0] ?? licenceFromTags(tags),
    languages: languages.length > 0 ? languages : tags.filter((tag) => /^[a-z]{2}$/.test(tag)),
    types: typesOf(title, tags, raw.pipeline_tag ?? null),
    gated: raw.gated === 'manual' ? 'manual' : raw.gated ? 'auto' : 'open',
    tags: tags.slice(0, 60),
  }
}

/** Its files; a plain git file has no sha256. */
export function toFiles(raw: RawRepo): HubFile[] {
  return raw.siblings.map(({ rfilename, size, lfs }) => ({
    path: rfilename,
    sizeBytes: knownSize(lfs?.size) ?? knownSize(size),
    sha256: knownHash(lfs?.sha256),
  }))
}

function timeOf(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : time
}

function listOf(value: string | string[] | null | undefined): string[] {
  return typeof value === 'string' ? [value] : (value ?? [])
}
