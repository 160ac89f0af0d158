import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HuggingFaceDouble, startHuggingFaceDouble } from '../core/hubs/doubles/huggingface.testing.ts'
import { writeModel } from './library.ts'

export const REPO = 'bartowski/SmolLM2-135M-Instruct-GGUF'

const CARD = `---
license: apache-2.0
---
# SmolLM2

A **small** model. ![a picture](https://example.com/picture.png)

<script>document.title = 'taken over'</script><img src="x" onerror="document.title = 'taken over'">

[a link](https://example.com) [no link](javascript:alert(1))

| strength | value |
| -------- | ----- |
| size     | small |
`

/** Hugging Face on loopback with one small model that really runs, and one that needs its owner's consent. */
export async function startHub(): Promise<HuggingFaceDouble> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-e2e-hub-'))
  // The starter model itself is on this computer already. A GGUF may be longer than its tensors.
  const model = writeModel(join(folder, 'model.gguf'))
  const hub = await startHuggingFaceDouble({
    repos: [
      {
        id: REPO,
        downloads: 12_345,
        likes: 77,
        trendingScore: 9999,
        tags: ['gguf', 'text-generation', 'conversational', 'license:apache-2.0', 'en'],
        pipelineTag: 'text-generation',
        cardData: { license: 'apache-2.0', language: ['en'] },
        gguf: { total: 134_515_008, architecture: 'llama', context_length: 8192 },
        files: [
          { path: 'README.md', bytes: new TextEncoder().encode(CARD) },
          { path: 'SmolLM2-135M-Instruct-Q4_1.gguf', bytes: { path: model } },
        ],
      },
      {
        id: 'careful/Gated-1B-GGUF',
        gated: 'manual',
        tags: ['gguf', 'text-generation'],
        gguf: { total: 1e9, architecture: 'llama', context_length: 4096 },
        files: [{ path: 'gated-1b.Q4_K_M.gguf', bytes: { path: model } }],
      },
    ],
  })
  return {
    ...hub,
    async close() {
      await hub.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What makes Hearth take the double for the hub. */
export function hubEnvironment(hub: Pick<HuggingFaceDouble, 'origin'>): Record<string, string> {
  return { HF_ENDPOINT: hub.origin }
}
