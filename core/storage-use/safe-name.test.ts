import { describe, expect, it } from 'vitest'
import { isSafeFileName, safeFolderName, toSafeFileName } from './safe-name.ts'

describe('names on the disk', () => {
  it.each([
    ['smollm2:135m', 'smollm2-135m'],
    ['hf.co/owner/repo:Q4_K_M', 'hf.co-owner-repo-Q4_K_M'],
    ['通义千问', '通义千问'],
    ['../../etc', 'etc'],
    ['..\\..\\Windows', 'Windows'],
    ['C:foo', 'C-foo'],
    ['\\\\server\\share', 'server-share'],
    ['CON', '_CON'],
    ['nul.gguf', '_nul.gguf'],
    ['a\u0000b', 'a-b'],
    ['...', 'model'],
    ['%2e%2e/%2e%2e', '2e-2e-2e-2e'],
    ['x'.repeat(300), 'x'.repeat(80)],
  ])('the model %j gets the folder %j', (name, folder) => expect(safeFolderName(name)).toBe(folder))

  it.each([
    ['Qwen-00001-of-00002.gguf', true],
    ['README.txt', true],
    ['../x.gguf', false],
    ['..', false],
    ['a/b.gguf', false],
    ['a\\b.gguf', false],
    ['/etc/passwd', false],
    ['C:foo', false],
    ['CON.gguf', false],
    ['com1', false],
    ['a\u0000.gguf', false],
    ['.hidden', false],
    ['a.gguf.', false],
    ['-rf', false],
    ['', false],
  ])('a file in a hand-over called %j: %s', (name, safe) => expect(isSafeFileName(name)).toBe(safe))

  it.each(['通义千问.gguf', 'sha256-abc', '..', 'CON', 'a b (final).gguf', `${'y'.repeat(400)}.gguf`, '...gguf', ''])(
    'makes a safe name of %j',
    (name) => expect(isSafeFileName(toSafeFileName(name))).toBe(true),
  )

  it('keeps the number of a shard', () =>
    expect(toSafeFileName('my model-00002-of-00003.gguf')).toBe('my-model-00002-of-00003.gguf'))
})
