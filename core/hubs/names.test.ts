import { describe, expect, it } from 'vitest'
import { parseModelName } from './names.ts'

const short = (text: string) => {
  const { hub, repo, variant, revision, name } = parseModelName(text)
  return [hub, repo, variant, name, ...(revision === null ? [] : [revision])]
}

describe('a name that people type', () => {
  it.each([
    ['qwen2.5:3b', 'ollama', 'library/qwen2.5', '3b', 'qwen2.5:3b'],
    ['phi4:mini-q4_k_m', 'ollama', 'library/phi4', 'mini-q4_k_m', 'phi4:mini-q4_k_m'],
    ['llama3.2', 'ollama', 'library/llama3.2', null, 'llama3.2'],
    [' library/mistral ', 'ollama', 'library/mistral', null, 'mistral'],
    ['someone/model:tag', 'ollama', 'someone/model', 'tag', 'someone/model:tag'],
    ['microsoft/phi-4-mini', 'ollama', 'microsoft/phi-4-mini', null, 'microsoft/phi-4-mini'],
    ['https://ollama.com/library/qwen2.5:3b', 'ollama', 'library/qwen2.5', '3b', 'qwen2.5:3b'],
    [
      'registry.example.com/ns/model:7b',
      'ollama',
      'registry.example.com/ns/model',
      '7b',
      'registry.example.com/ns/model:7b',
    ],
    ['localhost:5000/ns/model', 'ollama', 'localhost:5000/ns/model', null, 'localhost:5000/ns/model'],
    ['hf.co/o/R-GGUF:Q4_K_M', 'huggingface', 'o/R-GGUF', 'Q4_K_M', 'hf.co/o/R-GGUF:Q4_K_M'],
    ['hf.co/o/R', 'huggingface', 'o/R', null, 'hf.co/o/R'],
    ['https://huggingface.co/o/R-GGUF', 'huggingface', 'o/R-GGUF', null, 'hf.co/o/R-GGUF'],
    ['https://huggingface.co/o/R/tree/main', 'huggingface', 'o/R', null, 'hf.co/o/R'],
    [
      'https://huggingface.co/o/R/blob/main/R.Q5_0.gguf?download=true',
      'huggingface',
      'o/R',
      'R.Q5_0',
      'hf.co/o/R:R.Q5_0',
    ],
    [
      'bartowski/Llama-3.2-3B-Instruct-GGUF:Q8_0',
      'huggingface',
      'bartowski/Llama-3.2-3B-Instruct-GGUF',
      'Q8_0',
      'bartowski/Llama-3.2-3B-Instruct-GGUF:Q8_0',
    ],
    [
      'modelscope.cn/Qwen/Qwen3-4B-GGUF:Q4_K_M',
      'modelscope',
      'Qwen/Qwen3-4B-GGUF',
      'Q4_K_M',
      'modelscope.cn/Qwen/Qwen3-4B-GGUF:Q4_K_M',
    ],
    [
      'https://www.modelscope.cn/models/Qwen/Qwen3-4B-GGUF/summary',
      'modelscope',
      'Qwen/Qwen3-4B-GGUF',
      null,
      'modelscope.cn/Qwen/Qwen3-4B-GGUF',
    ],
  ])('%s', (text, ...expected) => expect(short(text)).toEqual(expected))

  it('may name a commit by the address of its page', () => {
    expect(short('https://huggingface.co/o/R/tree/0123abc')).toEqual([
      'huggingface',
      'o/R',
      null,
      'hf.co/o/R',
      '0123abc',
    ])
  })

  it.each([
    '',
    '   ',
    '../x',
    '..',
    'a/../b',
    'a\\b',
    'C:foo',
    'C:\\foo',
    '\\\\server\\share',
    '//server/share/x',
    'x\0y',
    'CON',
    'hf.co/../x',
    'hf.co/o/CON',
    'hf.co/o/%2e%2e',
    'hf.co/o/r:..',
    'hf.co/o/r:a/b',
    '%2e%2e/x',
    '__proto__',
    'o/__proto__',
    'a:b:c',
    'hf.co/o',
    'a b',
    '<script>',
    'file:///etc/passwd',
    'a/b/c',
    'reg.io/a/b/c',
    'x'.repeat(500),
    'qwen:..',
    '-x',
    'http://10.0.0.1/x',
  ])('is refused: %j', (text) => {
    expect(() => parseModelName(text)).toThrow(expect.objectContaining({ code: 'name_invalid' }))
  })
})
