/** What a field for a number takes. */
export interface NumberRule {
  min: number
  max: number
  integer?: boolean
  /** The smallest value itself is not allowed. */
  aboveMin?: boolean
}

/** As the schemas of sampling, answers and loading have them. */
export const RULES = {
  temperature: { min: 0, max: 5 },
  topP: { min: 0, max: 1, aboveMin: true },
  topK: { min: 0, max: 1_000_000, integer: true },
  minP: { min: 0, max: 1 },
  repeatPenalty: { min: 0, max: 10 },
  seed: { min: 0, max: 0xffffffff, integer: true },
  maxTokens: { min: 1, max: 10_000_000, integer: true },
  contextLength: { min: 16, max: 10_000_000, integer: true },
  gpuLayers: { min: 0, max: 10_000, integer: true },
  threads: { min: 1, max: 1024, integer: true },
  batchSize: { min: 32, max: 4096, integer: true },
  slots: { min: 1, max: 64, integer: true },
  mainGpu: { min: 0, max: 63, integer: true },
  cpuExpertLayers: { min: 0, max: 10_000, integer: true },
} satisfies Record<string, NumberRule>
export type NumberName = keyof typeof RULES

export type Parsed = { value: number | undefined } | { problem: 'number' | 'integer' | 'range' | 'above' }

/** Reads what a person typed: nothing means *not set*; else a number within the rule, or why it is none. */
export function parseNumber(text: string, rule: NumberRule): Parsed {
  const plain = text.trim().replaceAll(/[\s,_](?=\d{3}(\D|$))/g, '')
  if (plain === '') return { value: undefined }
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(plain)) return { problem: 'number' }
  const value = Number(plain)
  if (rule.integer === true && !Number.isInteger(value)) return { problem: 'integer' }
  if (value < rule.min || value > rule.max) return { problem: 'range' }
  return rule.aboveMin === true && value === rule.min ? { problem: 'above' } : { value }
}

/** Reads the shares of several GPUs, as `3, 1`: nothing means *not set*; one of them at least is above zero. */
export function parseShares(text: string): { value: number[] | undefined } | { problem: 'shares' } {
  if (text.trim() === '') return { value: undefined }
  const parts = text.split(/[,;/\s]+/).filter((part) => part !== '')
  const shares = parts.map(Number)
  const valid =
    parts.every((part) => /^\d+(\.\d+)?$/.test(part)) && shares.length <= 64 && shares.some((share) => share > 0)
  return valid ? { value: shares } : { problem: 'shares' }
}

/** Whether a text is a whole path, of any of the systems. */
export function isWholePath(text: string): boolean {
  return /^(\/|[a-z]:[\\/]|\\\\)./i.test(text)
}
