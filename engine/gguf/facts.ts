import type { GgufFacts } from '../../shared/domain/models.ts'
import type { GgufHeader, GgufTensor } from './header.ts'
import { numberOf as number, textOf as text, textsOf as texts } from './metadata.ts'
import { shapeOf } from './shape.ts'
import { fileTypeLabel, tensorTypeLabel } from './types.ts'

/** Architectures (llama-arch.cpp) that only turn text into vectors. */
const embeddingArchitectures = new Set([
  'bert',
  'modern-bert',
  'nomic-bert',
  'nomic-bert-moe',
  'neo-bert',
  'jina-bert-v2',
  'jina-bert-v3',
  'eurobert',
  'gemma-embedding',
  'llama-embed',
  't5encoder',
])

/** What a GGUF's header says about the model, in the words of the library. */
export function factsOf({ metadata, tensors }: Pick<GgufHeader, 'metadata' | 'tensors'>): GgufFacts {
  const architecture = text(metadata.get('general.architecture')) ?? 'unknown'
  const chatTemplate = text(metadata.get('tokenizer.chat_template'))
  const fileType = number(metadata.get('general.file_type'))
  return {
    title: text(metadata.get('general.name')),
    architecture,
    parameters: tensors.reduce((sum, tensor) => sum + tensor.elements, 0),
    quantization: (fileType === null ? null : fileTypeLabel(fileType)) ?? dominantType(tensors),
    contextLength: number(metadata.get(`${architecture}.context_length`)),
    chatTemplate,
    kind: isEmbeddingModel(architecture, number(metadata.get(`${architecture}.pooling_type`)), chatTemplate !== null)
      ? 'embedding'
      : 'chat',
    ...(text(metadata.get('general.type')) === 'adapter' ? { isAdapter: true as const } : {}),
    licence: text(metadata.get('general.license')),
    languages: texts(metadata.get('general.languages')),
    shape: shapeOf({ metadata, tensors }, architecture),
  }
}

/** Whether a model makes vectors instead of text: by its architecture, or because it pools and has no chat template. */
export function isEmbeddingModel(architecture: string, poolingType: number | null, hasChatTemplate: boolean): boolean {
  const pools = poolingType !== null && poolingType > 0
  return embeddingArchitectures.has(architecture) || (pools && !hasChatTemplate)
}

/** The tensor type that most parameters have. */
function dominantType(tensors: readonly GgufTensor[]): string {
  const elementsByType = new Map<number, number>()
  for (const { type, elements } of tensors) elementsByType.set(type, (elementsByType.get(type) ?? 0) + elements)
  const [type] = [...elementsByType].sort((a, b) => b[1] - a[1])[0] ?? []
  return (type === undefined ? null : tensorTypeLabel(type)) ?? 'unknown'
}
