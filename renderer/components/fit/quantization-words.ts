/** What a quantization costs in exactness, as a key of the `models` namespace under `quantization`. */
export type QuantizationWords =
  | 'unquantized'
  | 'nearlyOriginal'
  | 'close'
  | 'slightLoss'
  | 'balance'
  | 'noticeableLoss'
  | 'rough'
  | 'unknown'

/**
 * Puts a GGUF file type label (`Q4_K_M`, `IQ3_XXS`, `BF16`, `MXFP4`) into one of a few plain judgements.
 * They follow the perplexity tables of llama.cpp's `quantize` tool.
 */
export function quantizationWords(label: string): QuantizationWords {
  const name = label
    .trim()
    .toUpperCase()
    .replace(/^MOSTLY_/, '')
  if (/^(B?F16|F32|F64|ALL_F32)$/.test(name)) return 'unquantized'
  if (/^(TQ[12]|I?Q1)/.test(name)) return 'rough'
  if (name.startsWith('MXFP4') || name.startsWith('NVFP4')) return 'balance'
  const bits = /^I?Q([2-8])_/.exec(name)?.[1]
  switch (bits) {
    case '8':
      return 'nearlyOriginal'
    case '6':
      return 'close'
    case '5':
      return 'slightLoss'
    case '4':
      return 'balance'
    case '3':
      return 'noticeableLoss'
    case '2':
      return 'rough'
    default:
      return 'unknown'
  }
}

/** Average bits of a weight, from the file itself: bytes of the file and number of parameters. Null when not known. */
export function bitsPerWeight(sizeBytes: number, parameters: number): number | null {
  return sizeBytes > 0 && parameters > 0 ? (sizeBytes * 8) / parameters : null
}
