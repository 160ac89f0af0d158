import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askProbe } from '../host/ask-probe.ts'
import { createNodeHost } from '../host/node-host.ts'
import { starterModels } from './starter-models.ts'

const root = join(import.meta.dirname, '../..')
const host = createNodeHost({
  engineEntry: join(root, 'dist/engine/main.js'),
  probeEntry: join(root, 'dist/engine/probe.js'),
})
const checksums: Record<string, string> = {
  'SmolLM2-135M-Instruct-Q4_1.gguf': 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  'all-MiniLM-L6-v2-Q8_0.gguf': '30c99f14ba69fd89930d64c42c9e874ebcf8c2b95b793f319f324012ec54d0a4',
}

describe.each(starterModels(join(root, 'resources')))('the starter model $name', (model) => {
  it('is the file that it says it is', () => {
    const digest = createHash('sha256').update(readFileSync(model.path)).digest('hex')
    expect(digest).toBe(checksums[basename(model.path)])
    expect(model.sizeBytes).toBe(statSync(model.path).size)
  })

  it('has in the list what its header says, but for a title that can be read', async () => {
    const { facts, sizeBytes } = await askProbe(host, { type: 'gguf', path: model.path }, 30_000)
    expect({ ...facts, title: model.facts.title }).toEqual(model.facts)
    expect(sizeBytes).toBe(model.sizeBytes)
  })
})
