import { describe, expect, it } from 'vitest'
import { planPorts } from './ports.ts'
import { serverSettings } from '../server.testing.ts'

describe('which ports are opened', () => {
  it.each([
    ['the usual ones', null, 1234, 'ask', false, { main: 1234, extra: 11434, ask: false }],
    ['beside an Ollama, asking', null, 1234, 'ask', true, { main: 1234, extra: null, ask: true }],
    ['beside an Ollama, allowed', null, 1234, 'yes', true, { main: 1234, extra: 11434, ask: false }],
    ['not wanted', null, 1234, 'no', false, { main: 1234, extra: null, ask: false }],
    ['the same one', null, 11434, 'yes', false, { main: 11434, extra: null, ask: false }],
    ['a named one alone', 8080, 1234, 'yes', false, { main: 8080, extra: null, ask: false }],
    ['any free one', 0, 1234, 'ask', true, { main: 0, extra: null, ask: false }],
  ] as const)('%s', (_name, named, port, ollamaPort, installed, plan) => {
    expect(planPorts(named, serverSettings({ enabled: true, port, ollamaPort }), () => installed)).toEqual(plan)
  })
})
