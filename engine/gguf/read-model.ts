import { basename, dirname, join } from 'node:path'
import type { GgufFacts } from '../../shared/domain/models.ts'
import { factsOf } from './facts.ts'
import { readGgufHeader, type GgufHeader, type GgufTensor } from './header.ts'
import { numberOf } from './metadata.ts'

/** What a file says about the model that it is, or is a part of. */
export interface ReadModel {
  facts: GgufFacts
  /** Of this file. */
  sizeBytes: number
  /** False when the header was cut off by the end of what is here, or when shards are missing beside the file. */
  complete: boolean
  /** How many files the model is split into. */
  shards: number
}

const maxShards = 1000

/**
 * Reads the header of a GGUF, and of its shards that lie beside the first one: parameters are those of all.
 *
 * @param wholeBytes what lies at the path is only the beginning of a file of so many bytes
 * @throws AppError `model_file_missing`, `model_file_invalid`, `model_file_truncated`
 */
export async function readModel(path: string, wholeBytes?: number): Promise<ReadModel> {
  const header = await readGgufHeader(path, wholeBytes)
  const shards = numberOf(header.metadata.get('split.count')) ?? 1
  const others = shards > 1 && header.complete ? await tensorsOfOthers(path, header, shards) : []
  return {
    facts: factsOf({ metadata: header.metadata, tensors: [...header.tensors, ...(others ?? [])] }),
    sizeBytes: header.sizeBytes,
    complete: header.complete && others !== null,
    shards,
  }
}

/** The tensors of the shards after the first, named as llama.cpp names them; null when one is not there or no GGUF. */
async function tensorsOfOthers(path: string, first: GgufHeader, shards: number): Promise<GgufTensor[] | null> {
  if (numberOf(first.metadata.get('split.no')) !== 0 || shards > maxShards) return null
  const name = /^(.*)-00001-of-(\d{5})\.gguf$/i.exec(basename(path))
  if (name === null || Number(name[2]) !== shards) return null
  const tensors: GgufTensor[] = []
  for (let number = 2; number <= shards; number++) {
    const file = `${name[1]}-${String(number).padStart(5, '0')}-of-${name[2]}.gguf`
    const shard = await readGgufHeader(join(dirname(path), file)).catch(() => null)
    if (shard === null) return null
    tensors.push(...shard.tensors)
  }
  return tensors
}
