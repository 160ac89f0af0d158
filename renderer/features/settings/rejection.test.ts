import { describe, expect, it } from 'vitest'
import { createFormat } from '../../lib/format.ts'
import { rejectionText } from './rejection.ts'

const words: Record<string, string> = {
  'facts.too_little_memory': '{{gpu}} has {{freeMemoryBytes}} free.',
  'reason.too_little_memory': 'Too little memory.',
  'facts.driver_hung': 'No answer within {{seconds}} s.',
}
const text = (rejection: Parameters<typeof rejectionText>[0]) =>
  rejectionText(rejection, createFormat('en'), (key) => words[key])

describe('rejectionText', () => {
  it('puts the facts into the sentence, with units', () => {
    const data = { gpu: 'GT 710', freeMemoryBytes: 1.2e9 }
    expect(text({ backend: 'cuda', reason: 'too_little_memory', sentence: '', data })).toBe('GT 710 has 1.2 GB free.')
    expect(text({ backend: 'vulkan', reason: 'driver_hung', sentence: '', data: { seconds: 15 } })).toBe(
      'No answer within 15 s.',
    )
  })

  it('does without facts that are missing', () => {
    expect(text({ backend: 'cuda', reason: 'too_little_memory', sentence: '' })).toBe('Too little memory.')
  })

  it('falls back to the English sentence', () => {
    expect(text({ backend: 'cuda', reason: 'no_device', sentence: 'No NVIDIA GPU.' })).toBe('No NVIDIA GPU.')
  })
})
