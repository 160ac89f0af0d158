import { getLlama, LlamaLogLevel, type Llama } from 'node-llama-cpp'

/** llama.cpp on the processor, without a word: for what needs no settings of a person. */
export function startCpuLlama(maxThreads = 1): Promise<Llama> {
  return getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads,
    logLevel: LlamaLogLevel.disabled,
  })
}
