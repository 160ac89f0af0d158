import { describe, expect, it } from 'vitest'
import { featuresOf, probeCpu } from './probe-cpu.ts'

describe('processor features', () => {
  it.each([
    ['a current Intel server', 'x64', 'fpu avx avx2 avx512f avx512_vnni amx_tile amx_int8', ['AVX2', 'AVX-512', 'AMX']],
    ['a desktop', 'x64', 'fpu avx avx2 fma', ['AVX2']],
    ['an old Intel Mac', 'x64', 'FPU AVX1.0 AVX2 BMI1', ['AVX2']],
    ['Apple silicon, which lists nothing', 'arm64', '', ['NEON']],
    ['an ARM server', 'arm64', 'fp asimd evtstrm sve', ['NEON']],
    ['a very old one', 'x64', 'fpu sse2', []],
  ])('of %s', (_, arch, flags, expected) => {
    expect(featuresOf(flags, arch)).toEqual(expected)
  })
})

describe('asking this processor', () => {
  it('names it and counts its cores', async () => {
    const facts = await probeCpu()
    expect(facts.model).not.toBe('')
    expect(facts.physicalCores).toBeGreaterThan(0)
    expect(facts.physicalCores).toBeLessThanOrEqual(facts.logicalCores)
  })
})
