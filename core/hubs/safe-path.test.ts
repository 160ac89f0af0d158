import { describe, expect, it } from 'vitest'
import { safeRepoPath } from './safe-path.ts'

describe('a path from a hub', () => {
  it.each([
    'model.gguf',
    'BF16/model-00001-of-00002.gguf',
    'Qwen2.5 3B.gguf',
    '模型/权重.gguf',
    'a..b.gguf',
    'console.gguf',
  ])('may be %s', (path) => expect(safeRepoPath(path)).toBe(true))

  it.each([
    ['parent folder', '../x.gguf'],
    ['parent folder inside', 'a/../../x.gguf'],
    ['backslashes', '..\\x.gguf'],
    ['a drive', 'C:foo'],
    ['a drive with a slash', 'C:/foo.gguf'],
    ['a network share', '\\\\server\\share\\x.gguf'],
    ['a network share with slashes', '//server/share/x.gguf'],
    ['absolute', '/etc/passwd'],
    ['a NUL', 'x\0.gguf'],
    ['a device', 'CON'],
    ['a device with an ending', 'sub/nul.gguf'],
    ['a device with a digit', 'com1.gguf'],
    ['an encoded dot', '%2e%2e/x.gguf'],
    ['an encoded slash', 'a%2Fb.gguf'],
    ['an encoded backslash', 'a%5cb.gguf'],
    ['an ending dot', 'x.gguf.'],
    ['an ending space', 'x.gguf '],
    ['a stream', 'x.gguf:hidden'],
    ['__proto__', '__proto__/x.gguf'],
    ['dot', './x.gguf'],
    ['nothing', ''],
    ['a line break', 'a\nb.gguf'],
    ['much too long', `${'a'.repeat(300)}.gguf`],
  ])('may not have %s', (_what, path) => expect(safeRepoPath(path)).toBe(false))
})
