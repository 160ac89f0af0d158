import { useCallback, useEffect, useRef } from 'react'
import { rpc } from '../../lib/rpc.ts'
import { useSettings } from '../../lib/state/settings.ts'
import { createPacer, type Pacer } from './pacer.ts'
import type { ModelChoice } from './use-model-choice.ts'

const REST_MS = 300
const EVERY_MS = 5000
/** What was read may have been given up for another request; while the person writes on, it is asked for again. */
const AGAIN_MS = 20_000

export interface ReadAheadOptions {
  /** The chat; null for one that is not begun. */
  id: string | null
  choice: ModelChoice
  /** The last message; what stands before the next question is certain up to here. */
  thread: string | null
  /** An answer is being written: what comes next is not certain. */
  busy: boolean
}

/**
 * Call the result while the person writes: the model reads then already what is certain to be asked, so that the answer
 * begins at once. Asked seldom for one state of the chat, and only of a model that is in memory and at rest.
 */
export function useReadAhead({ id, choice, thread, busy }: ReadAheadOptions): () => void {
  const wanted = useSettings().value?.engine.readAhead === true
  const { model, loaded } = choice
  const name = model?.name ?? null
  const ready = loaded?.state === 'ready'
  const able = wanted && ready && !busy && name !== null
  const state = JSON.stringify([id, name, thread, loaded?.processId ?? null])

  const latest = useRef({ able, state, name, id })
  useEffect(() => {
    latest.current = { able, state, name, id }
  })

  const asked = useRef({ state: '', at: 0 })
  const writing = useRef(false)
  const pacer = useRef<Pacer | null>(null)
  const ask = useCallback(() => {
    const now = latest.current
    if (!now.able || now.name === null) return
    if (asked.current.state === now.state && Date.now() - asked.current.at < AGAIN_MS) return
    asked.current = { state: now.state, at: Date.now() }
    const { id: chat, name: chosen } = now
    // Nobody waits for it: without it the answer begins a little later.
    const read = async () => rpc().chats.readAhead({ id: chat, model: chosen })
    read().catch(() => {})
  }, [])
  useEffect(() => {
    pacer.current = createPacer({ restMs: REST_MS, everyMs: EVERY_MS, run: ask })
    return () => pacer.current?.stop()
  }, [ask])

  // Who began to write while the model was still being loaded need not press another key.
  useEffect(() => {
    if (writing.current && able) pacer.current?.nudge()
    if (busy) writing.current = false
  }, [able, busy])

  return useCallback(() => {
    writing.current = true
    pacer.current?.nudge()
  }, [])
}
