import { readFileSync, writeFileSync } from 'node:fs'

const types = /** @type {const} */ ({ F32: 0, F16: 1, Q4_1: 3, Q8_0: 8 })
const fileTypes = { F16: 1, Q8_0: 7 }
const alignment = 32
/** Bytes of a metadata value, by its type. */
const scalarBytes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]

/** @typedef {{ name: Buffer, dimensions: bigint[], elements: number, type: number, offset: number }} Tensor */

/**
 * Writes a GGUF whose Q4_1 tensors are Q8_0 or F16 instead: a second quantization of the same network, for measuring
 * speed. It says nothing new, so it answers as the first one does.
 * @param {string} from
 * @param {string} to
 * @param {'Q8_0' | 'F16'} type
 */
export function requantize(from, to, type) {
  const file = readFileSync(from)
  const { metadata, tensors, dataStart } = parse(file, fileTypes[type])
  const infos = []
  const data = []
  let offset = 0
  for (const tensor of tensors) {
    const converted = tensor.type === types.Q4_1
    const bytes = converted
      ? encode(decode(file, dataStart + tensor.offset, tensor.elements), type)
      : file.subarray(dataStart + tensor.offset, dataStart + tensor.offset + plainBytes(tensor))
    infos.push(info(tensor, converted ? types[type] : tensor.type, offset))
    const padded = Math.ceil(bytes.length / alignment) * alignment
    data.push(bytes, Buffer.alloc(padded - bytes.length))
    offset += padded
  }
  const header = Buffer.concat([metadata, ...infos])
  const padding = Buffer.alloc((alignment - (header.length % alignment)) % alignment)
  writeFileSync(to, Buffer.concat([header, padding, ...data]))
}

/**
 * @param {Buffer} file
 * @param {number} fileType
 */
function parse(file, fileType) {
  const tensorCount = Number(file.readBigUInt64LE(8))
  const keyCount = Number(file.readBigUInt64LE(16))
  let at = 24
  const text = () => {
    const length = Number(file.readBigUInt64LE(at))
    at += 8 + length
    return file.subarray(at - length, at)
  }
  const skip = (/** @type {number} */ type) => {
    if (type === 8) return void text()
    if (type !== 9) return void (at += scalarBytes[type] ?? 0)
    const elementType = file.readUInt32LE(at)
    const length = Number(file.readBigUInt64LE(at + 4))
    at += 12
    for (let index = 0; index < length; index++) skip(elementType)
  }
  /** @type {number | null} */
  let fileTypeAt = null
  for (let index = 0; index < keyCount; index++) {
    const key = text().toString()
    const type = file.readUInt32LE(at)
    at += 4
    if (key === 'general.file_type') fileTypeAt = at
    skip(type)
  }
  const metadata = Buffer.from(file.subarray(0, at))
  if (fileTypeAt !== null) metadata.writeUInt32LE(fileType, fileTypeAt)
  /** @type {Tensor[]} */
  const tensors = []
  for (let index = 0; index < tensorCount; index++) {
    const name = text()
    const count = file.readUInt32LE(at)
    const dimensions = Array.from({ length: count }, (_, dimension) => file.readBigUInt64LE(at + 4 + dimension * 8))
    at += 4 + count * 8
    const elements = Number(dimensions.reduce((product, size) => product * size, 1n))
    tensors.push({
      name,
      dimensions,
      elements,
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 4)),
    })
    at += 12
  }
  return { metadata, tensors, dataStart: Math.ceil(at / alignment) * alignment }
}

/**
 * @param {Tensor} tensor
 * @param {number} type
 * @param {number} offset
 */
function info({ name, dimensions }, type, offset) {
  const bytes = Buffer.alloc(8 + name.length + 4 + dimensions.length * 8 + 12)
  bytes.writeBigUInt64LE(BigInt(name.length), 0)
  name.copy(bytes, 8)
  let at = bytes.writeUInt32LE(dimensions.length, 8 + name.length)
  for (const size of dimensions) at = bytes.writeBigUInt64LE(size, at)
  at = bytes.writeUInt32LE(type, at)
  bytes.writeBigUInt64LE(BigInt(offset), at)
  return bytes
}

/** @param {Tensor} tensor */
function plainBytes({ name, type, elements }) {
  if (type === types.F32) return elements * 4
  if (type === types.F16) return elements * 2
  if (type === types.Q8_0) return (elements / 32) * 34
  throw new Error(`${name.toString()} has a type that this script can't copy: ${type}`)
}

/**
 * Blocks of 32: scale, minimum (both half floats), and 16 bytes of two values each.
 * @param {Buffer} file
 * @param {number} start
 * @param {number} elements
 */
function decode(file, start, elements) {
  const values = new Float32Array(elements)
  for (let block = 0; block < elements / 32; block++) {
    const at = start + block * 20
    const scale = fromHalf(file.readUInt16LE(at))
    const minimum = fromHalf(file.readUInt16LE(at + 2))
    for (let index = 0; index < 16; index++) {
      const pair = file[at + 4 + index] ?? 0
      values[block * 32 + index] = (pair & 15) * scale + minimum
      values[block * 32 + 16 + index] = (pair >> 4) * scale + minimum
    }
  }
  return values
}

/**
 * @param {Float32Array} values
 * @param {'Q8_0' | 'F16'} type
 */
function encode(values, type) {
  if (type === 'F16') {
    const bytes = Buffer.alloc(values.length * 2)
    values.forEach((value, index) => bytes.writeUInt16LE(toHalf(value), index * 2))
    return bytes
  }
  const bytes = Buffer.alloc((values.length / 32) * 34)
  for (let block = 0; block < values.length / 32; block++) {
    const part = values.subarray(block * 32, block * 32 + 32)
    const scale = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127
    bytes.writeUInt16LE(toHalf(scale), block * 34)
    part.forEach((value, index) => bytes.writeInt8(scale === 0 ? 0 : Math.round(value / scale), block * 34 + 2 + index))
  }
  return bytes
}

/** @param {number} half */
function fromHalf(half) {
  const exponent = (half >> 10) & 31
  const fraction = half & 1023
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15)
  return half & 0x8000 ? -size : size
}

/** @param {number} value Far from a half float's largest. */
function toHalf(value) {
  const sign = value < 0 ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24)
  const exponent = Math.floor(Math.log2(size))
  return sign | (((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024))
}
