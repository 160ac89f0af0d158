import type { Settings } from '../../../shared/domain/settings.ts'

/** The port that Ollama's clients look for. */
export const OLLAMA_PORT = 11434

export interface PortPlan {
  /** The one that must open. */
  main: number
  /** One more that opens if it is free. */
  extra: number | null
  /** The person should say whether Hearth may use Ollama's port. */
  ask: boolean
}

/** Which ports to open. A port that was named is the only one. */
export function planPorts(
  named: number | null,
  settings: Settings['server'],
  ollamaInstalled: () => boolean,
): PortPlan {
  if (named !== null) return { main: named, extra: null, ask: false }
  const main = settings.port
  if (main === OLLAMA_PORT || settings.ollamaPort === 'no') return { main, extra: null, ask: false }
  const ask = settings.ollamaPort === 'ask' && ollamaInstalled()
  return { main, extra: ask ? null : OLLAMA_PORT, ask }
}
