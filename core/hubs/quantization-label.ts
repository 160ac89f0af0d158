/**
 * Labels of quantizations. Hugging Face's own parser (`parseGGUFQuantLabel` of `@huggingface/tasks`) knows fewer of
 * them, takes `Q4_0_4_4` for `Q4_0`, and comes with two megabytes of tasks that are not needed here.
 */

/** Bits that one weight takes, scales included: llama.cpp's table for `quantize`, from best to smallest. */
const BITS: Record<string, number> = {
  F32: 32,
  BF16: 16,
  F16: 16,
  Q8_K_XL: 10.5,
  Q8_K: 9.1,
  Q8_0: 8.5,
  Q6_K_XL: 7.2,
  Q6_K_L: 6.8,
  Q6_K: 6.56,
  Q5_K_XL: 5.8,
  Q5_K_L: 5.8,
  Q5_K_M: 5.67,
  Q5_K: 5.67,
  Q5_1: 6,
  Q5_K_S: 5.52,
  Q5_0: 5.5,
  Q4_K_XL: 4.95,
  Q4_K_L: 4.95,
  Q4_K_M: 4.83,
  Q4_K: 4.83,
  Q4_1: 5,
  Q4_K_S: 4.57,
  IQ4_NL: 4.5,
  Q4_0: 4.55,
  Q4_0_4_4: 4.55,
  Q4_0_4_8: 4.55,
  Q4_0_8_8: 4.55,
  NVFP4: 4.5,
  IQ4_XS: 4.25,
  MXFP4_MOE: 4.25,
  MXFP4: 4.25,
  Q3_K_XL: 4.3,
  Q3_K_L: 4.22,
  Q3_K_M: 3.89,
  Q3_K: 3.89,
  IQ3_M: 3.66,
  Q3_K_S: 3.44,
  IQ3_S: 3.44,
  IQ3_XS: 3.3,
  IQ3_XXS: 3.06,
  Q2_K_XL: 3.3,
  Q2_K_L: 3.1,
  Q2_K: 2.96,
  IQ2_M: 2.7,
  Q2_K_S: 2.8,
  IQ2_S: 2.5,
  IQ2_XS: 2.31,
  IQ2_XXS: 2.06,
  TQ2_0: 2.06,
  IQ1_M: 1.75,
  TQ1_0: 1.69,
  IQ1_S: 1.56,
}

const KNOWN = Object.keys(BITS)
const SPELLINGS: Record<string, string> = { FP32: 'F32', FP16: 'F16', BFLOAT16: 'BF16', FLOAT16: 'F16' }
const LABEL = new RegExp(
  `(?<![A-Z0-9])(UD-)?(${[...KNOWN, ...Object.keys(SPELLINGS)].toSorted((a, b) => b.length - a.length).join('|')})(?![A-Z0-9])(?!_[0-9])`,
  'g',
)

/** The last label in a file's or folder's name, as `Q4_K_M` or `UD-Q4_K_XL`; null when there is none. */
export function parseLabel(name: string): string | null {
  const match = [...name.toUpperCase().matchAll(LABEL)].at(-1)
  if (match?.[2] === undefined) return null
  return `${match[1] ?? ''}${SPELLINGS[match[2]] ?? match[2]}`
}

/** Bits a weight of a label, about; null for a label that is not known. */
export function bitsPerWeight(label: string | null): number | null {
  const plain = label?.replace(/^UD-/, '') ?? ''
  return Object.hasOwn(BITS, plain) ? (BITS[plain] ?? null) : null
}
