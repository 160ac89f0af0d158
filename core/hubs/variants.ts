import type { HubFile, HubRepo, HubVariant } from '../../shared/domain/hubs.ts'
import { bitsPerWeight, parseLabel } from './quantization-label.ts'
import { safeRepoPath } from './safe-path.ts'

const SHARD = /^(.*?)-(\d{5})-of-(\d{5})\.gguf$/i
const ADAPTER = /(?:^|[-_./])(?:q?lora|adapters?)(?:[-_./]|$)/i

type Grouped = Pick<HubRepo, 'variants' | 'projectors' | 'adapters' | 'others'>

/**
 * Sorts a repository's files: quantizations with their shards in order, largest first; projectors, adapters, and
 * what is neither. Files that are no GGUF, and such whose path could leave a folder, are left out.
 */
export function groupFiles(files: HubFile[]): Grouped {
  const grouped: Grouped = { variants: [], projectors: [], adapters: [], others: [] }
  const sets = new Map<string, { shards: Map<number, HubFile>; total: number }>()
  for (const file of files.filter(({ path }) => safeRepoPath(path))) {
    const base = file.path.slice(file.path.lastIndexOf('/') + 1)
    if (isLeftOver(base)) grouped.others.push(file)
    else if (!base.toLowerCase().endsWith('.gguf')) continue
    else if (/mmproj/i.test(base)) grouped.projectors.push(file)
    else if (ADAPTER.test(file.path.replace(/\.gguf$/i, ''))) grouped.adapters.push(file)
    else {
      const shard = SHARD.exec(file.path)
      const [key, index, total] = shard ? [shard[1] ?? '', Number(shard[2]), Number(shard[3])] : [file.path, 1, 1]
      // Two sets of different lengths are two quantizations, whatever their names.
      const set = sets.get(`${key}|${total}`) ?? { shards: new Map<number, HubFile>(), total }
      set.shards.set(index, file)
      sets.set(`${key}|${total}`, set)
    }
  }
  grouped.variants = withIds([...sets.values()].map(toVariant))
  return grouped
}

/** Importance matrices, and parts that were cut anywhere and must be joined by hand. */
function isLeftOver(base: string): boolean {
  return (
    (/imatrix/i.test(base) && /\.(?:gguf|dat|imatrix)$|imatrix$/i.test(base)) ||
    /\.gguf(?:\.|-)?part[-_.]?(?:\d+(?:of\d+)?|[a-z])$|\.gguf[-.](?:split|part)[-.]?\w+$/i.test(base)
  )
}

function toVariant(set: { shards: Map<number, HubFile>; total: number }): HubVariant {
  const files = [...set.shards].toSorted(([left], [right]) => left - right).map(([, file]) => file)
  const known = files.every(({ sizeBytes }) => sizeBytes !== null)
  const path = files[0]?.path ?? ''
  const [base, ...folders] = path.split('/').toReversed()
  const label =
    parseLabel((base ?? '').replace(SHARD, '$1')) ?? folders.map(parseLabel).find((one) => one !== null) ?? null
  return {
    id: label ?? stem(path),
    quantization: label,
    files,
    sizeBytes: known ? files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0) : null,
    incomplete:
      set.total < 1 ||
      Array.from({ length: Math.min(set.total, 2000) }, (_, index) => index + 1).some(
        (index) => !set.shards.has(index),
      ),
  }
}

/** Where two have one label, all of them are called by their paths. */
function withIds(variants: HubVariant[]): HubVariant[] {
  const count = new Map<string, number>()
  for (const { id } of variants) count.set(id.toLowerCase(), (count.get(id.toLowerCase()) ?? 0) + 1)
  const taken = new Set<string>()
  const named = variants.map((variant) => {
    const path = variant.files[0]?.path ?? ''
    let id = count.get(variant.id.toLowerCase()) === 1 ? variant.id : stem(path)
    if (taken.has(id.toLowerCase())) id = path
    taken.add(id.toLowerCase())
    return { ...variant, id }
  })
  const weight = (variant: HubVariant) => variant.sizeBytes ?? (bitsPerWeight(variant.quantization) ?? 0) * 1e6
  return named.toSorted((left, right) => weight(right) - weight(left))
}

function stem(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1)
  return base.replace(SHARD, '$1').replace(/\.gguf$/i, '')
}

/** First what most people want: good and small; then what is nearest to it. */
const PREFERRED = [
  'Q4_K_M',
  'Q4_K',
  'UD-Q4_K_XL',
  'Q4_K_L',
  'Q4_K_S',
  'IQ4_XS',
  'IQ4_NL',
  'Q4_0',
  'MXFP4',
  'MXFP4_MOE',
  'Q5_K_M',
]

/** The quantization to take when none was named; null when none is whole. */
export function defaultVariant(variants: HubVariant[]): HubVariant | null {
  const whole = variants.filter(({ incomplete }) => !incomplete)
  for (const label of PREFERRED) {
    const found = whole.find(({ quantization }) => quantization === label)
    if (found) return found
  }
  const distance = (variant: HubVariant) => Math.abs((bitsPerWeight(variant.quantization) ?? 64) - 4.83)
  return whole.toSorted((left, right) => distance(left) - distance(right))[0] ?? null
}

/** The quantization that an id, a label or a file's name means, in any case; null when there is none. */
export function findVariant(variants: HubVariant[], wanted: string): HubVariant | null {
  const key = wanted.toLowerCase()
  const isPath = (path: string) => path.toLowerCase() === key || stem(path).toLowerCase() === key
  const label = parseLabel(wanted)
  const plain = label !== null && parseLabel(label)?.length === label.length && label.length >= key.length - 1
  const labels = plain ? [label, ...(TWINS[label] ?? [])] : []
  return (
    variants.find(({ id }) => id.toLowerCase() === key) ??
    variants.find(({ files }) => files.some(({ path }) => isPath(path))) ??
    labels
      .map((one) => variants.find(({ quantization, incomplete }) => quantization === one && !incomplete))
      .find((one) => one !== undefined) ??
    null
  )
}

/** What some repositories call by another name, or keep in the other form of 16 bits. */
const TWINS: Record<string, string[]> = {
  Q4_K_M: ['Q4_K'],
  Q5_K_M: ['Q5_K'],
  Q3_K_M: ['Q3_K'],
  F16: ['BF16'],
  BF16: ['F16'],
}
