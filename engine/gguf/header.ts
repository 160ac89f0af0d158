import { open, type FileHandle } from 'node:fs/promises'
import { ByteSource, NotHereYetError } from './byte-source.ts'
import { invalidFile, missingFile, truncatedFile, unreadableFile } from './file-errors.ts'
import { tensorBytes } from './types.ts'

/** A metadata value; long arrays are not kept, only how long they are. */
export type GgufValue = string | number | boolean | readonly (string | number | boolean)[] | { length: number }

export interface GgufTensor {
  name: string
  /** ggml's number of the type. */
  type: number
  elements: number
}

export interface GgufHeader {
  /** A Map, because a key may be called `__proto__`. */
  metadata: ReadonlyMap<string, GgufValue>
  tensors: readonly GgufTensor[]
  sizeBytes: number
  /** False: only a part of the file is here, and the header reaches beyond it. Then no tensors are listed. */
  complete: boolean
}

// What the largest models have is a tenth of these at most.
const maxMetadata = 10_000
const maxTensors = 200_000
const maxKeyBytes = 64 * 1024
/** Chat templates are the longest texts. */
const maxTextBytes = 8 * 1024 * 1024
const maxKeptArray = 256
const maxDimensions = 4

/** Bytes of a metadata value by its type; strings (8) and arrays (9) have none. */
const scalarBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}

/**
 * Reads the header of a GGUF (version 2 or 3, little-endian; https://github.com/ggml-org/ggml/blob/master/docs/gguf.md)
 * and compares the file's size with what its tensors need. Whatever the file declares, memory stays bounded.
 *
 * @param wholeBytes what lies at the path is only the beginning of a file of so many bytes; what is whole is returned
 * @throws AppError `model_file_missing`, `model_file_invalid`, `model_file_truncated`
 */
export async function readGgufHeader(path: string, wholeBytes?: number): Promise<GgufHeader> {
  const file = await openModel(path)
  try {
    const { size } = await file.stat()
    return await parse(new ByteSource(file, path, wholeBytes ?? size, size), path)
  } finally {
    await file.close()
  }
}

async function openModel(path: string): Promise<FileHandle> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code // fs rejects with nothing else
    if (code === 'ENOENT' || code === 'ENOTDIR') throw missingFile(path)
    throw unreadableFile(path, code === 'EACCES' || code === 'EPERM' ? 'access is denied' : (code ?? 'unknown error'))
  }
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw unreadableFile(path, 'it is not a file')
}

async function parse(source: ByteSource, path: string): Promise<GgufHeader> {
  const metadata = new Map<string, GgufValue>()
  try {
    const tensorCount = await parseMetadata(source, metadata, path)
    return await parseTensors(source, tensorCount, metadata, path)
  } catch (error) {
    if (!(error instanceof NotHereYetError)) throw error
    return { metadata, tensors: [], sizeBytes: source.size, complete: false }
  }
}

/** Fills `metadata` and returns how many tensors follow. */
async function parseMetadata(source: ByteSource, metadata: Map<string, GgufValue>, path: string): Promise<number> {
  if (source.size < 4 || (await source.bytes(4)).toString('latin1') !== 'GGUF') {
    throw invalidFile(path, 'it does not begin like one')
  }
  const version = await source.u32()
  if (version !== 2 && version !== 3) throw invalidFile(path, `its version ${version} is not supported`)
  const tensorCount = await source.u64()
  const metadataCount = await source.u64()
  if (tensorCount > maxTensors || metadataCount > maxMetadata) throw invalidFile(path, 'its header is damaged')
  for (let index = 0; index < metadataCount; index++) {
    const key = await source.text(maxKeyBytes)
    metadata.set(key, await readValue(source, await source.u32(), path, (length) => metadata.set(key, { length })))
  }
  return tensorCount
}

async function parseTensors(
  source: ByteSource,
  tensorCount: number,
  metadata: GgufHeader['metadata'],
  path: string,
): Promise<GgufHeader> {
  const tensors: GgufTensor[] = []
  let dataBytes = 0
  for (let index = 0; index < tensorCount; index++) {
    const { tensor, offset } = await readTensor(source, path)
    dataBytes = Math.max(dataBytes, offset + (tensorBytes(tensor.type, tensor.elements) ?? 0))
    tensors.push(tensor)
  }

  const alignment = metadata.get('general.alignment') ?? 32
  if (typeof alignment !== 'number' || alignment < 1) throw invalidFile(path, 'its header is damaged')
  const neededBytes =
    tensorCount === 0 ? source.position : Math.ceil(source.position / alignment) * alignment + dataBytes
  if (neededBytes > source.size) throw truncatedFile(path, source.size, neededBytes)
  return { metadata, tensors, sizeBytes: source.size, complete: true }
}

async function readTensor(source: ByteSource, path: string): Promise<{ tensor: GgufTensor; offset: number }> {
  const name = await source.text(maxKeyBytes)
  const dimensions = await source.u32()
  if (dimensions > maxDimensions) throw invalidFile(path, 'a tensor in it has too many dimensions')
  let elements = 1
  for (let dimension = 0; dimension < dimensions; dimension++) elements *= await source.u64()
  if (!Number.isSafeInteger(elements)) throw invalidFile(path, 'a tensor in it is impossibly large')
  const type = await source.u32()
  return { tensor: { name, type, elements }, offset: await source.u64() }
}

/** @param onLength told how long a long array is before it is read over: of a part that much may be known */
async function readValue(
  source: ByteSource,
  type: number,
  path: string,
  onLength: (length: number) => void,
): Promise<GgufValue> {
  if (type !== 9) return readScalar(source, type, path)
  const elementType = await source.u32()
  const length = await source.u64()
  if (length <= maxKeptArray) {
    const values: (string | number | boolean)[] = []
    for (let index = 0; index < length; index++) values.push(await readScalar(source, elementType, path))
    return values
  }
  onLength(length)
  if (elementType === 8) for (let index = 0; index < length; index++) await source.skipText()
  else source.skip(length * sizeOf(elementType, path))
  return { length }
}

async function readScalar(source: ByteSource, type: number, path: string): Promise<string | number | boolean> {
  if (type === 8) return source.text(maxTextBytes)
  const bytes = await source.bytes(sizeOf(type, path))
  switch (type) {
    case 0:
      return bytes.readUInt8(0)
    case 1:
      return bytes.readInt8(0)
    case 2:
      return bytes.readUInt16LE(0)
    case 3:
      return bytes.readInt16LE(0)
    case 4:
      return bytes.readUInt32LE(0)
    case 5:
      return bytes.readInt32LE(0)
    case 6:
      return bytes.readFloatLE(0)
    case 7:
      return bytes.readUInt8(0) !== 0
    case 10:
      return Number(bytes.readBigUInt64LE(0))
    case 11:
      return Number(bytes.readBigInt64LE(0))
    default:
      return bytes.readDoubleLE(0)
  }
}

function sizeOf(type: number, path: string): number {
  const bytes = scalarBytes[type]
  if (bytes === undefined) throw invalidFile(path, 'its header is damaged')
  return bytes
}
