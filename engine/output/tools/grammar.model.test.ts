import type { Llama, LlamaGrammar } from 'node-llama-cpp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCpuLlama } from '../../cpu-llama.ts'
import { checkGrammar } from '../constraint/gbnf/check.ts'
import { GrammarRules } from '../constraint/gbnf/rules.ts'
import { hermes, nativeFormat } from './formats.ts'
import { addCalls } from './grammar.ts'
import { streams, tools } from './streams.testing.ts'

/** llama.cpp itself says which texts a grammar takes; no model is needed for it. */
let llama: Llama

beforeAll(async () => {
  llama = await startCpuLlama()
}, 120_000)
afterAll(async () => {
  await llama.dispose()
})

describe('the grammar of a format', () => {
  it.each(streams)('takes what such models write: %s', async (_, template, text) => {
    const taken = async (parallel: boolean, written: string) => {
      const rules = new GrammarRules()
      const grammar = rules.text(addCalls(rules, nativeFormat(template) ?? hermes, tools, parallel))
      checkGrammar(grammar)
      const compiled = await llama.createGrammar({ grammar })
      const tester = compiled as LlamaGrammar & { _testText(text: string): boolean } // internal, pinned version
      return tester._testText(written)
    }
    expect(await taken(true, text), 'two calls').toBe(true)
    expect(await taken(false, text), 'two calls where one is allowed').toBe(false)
    expect(await taken(true, text.replaceAll('get', 'put')), 'another tool').toBe(false)
  })
})
