import { useCallback, useEffect, useRef } from 'react'
import { create } from 'zustand'
import type { LoadedModel } from '../../../shared/domain/engines.ts'
import type { Model } from '../../../shared/domain/models.ts'
import { chooseChatModel } from '../../lib/model-title.ts'
import { rpc } from '../../lib/rpc.ts'
import { useEngines } from '../../lib/state/engines.ts'
import { useModels } from '../../lib/state/models.ts'
import { useSettings } from '../../lib/state/settings.ts'

/** What the person chose in a chat that has not been sent yet, by chat. */
const useChosen = create<Record<string, string>>()(() => ({}))

export interface ModelChoice {
  /** null while the library is not known, or when it holds no chat model. */
  model: Model | null
  /** The models that can chat; null while unknown. */
  models: Model[] | null
  loaded: LoadedModel | undefined
  /** The model, as soon as the library and the settings are known: who writes fast sends before that. */
  whenKnown: () => Promise<Model | null>
  choose: (name: string) => void
  /** Gets the model into memory, once, before it is needed. */
  warmUp: () => void
}

/** The model of a chat: what was chosen in it, else what answered last, else the usual one. */
export function useModelChoice(key: string, lastModel: string | null): ModelChoice {
  const { value: all } = useModels()
  const { value: settings } = useSettings()
  const { value: engines } = useEngines()
  const chosen = useChosen((state) => state[key])
  const ready = all !== null && settings !== null
  const model = ready ? chooseChatModel(all, [chosen, lastModel, settings.chatModel]) : null
  const loaded = engines?.models.find((entry) => entry.model === model?.name)

  const choose = useCallback((name: string) => useChosen.setState({ [key]: name }), [key])

  const known = useRef({ ready, model })
  const waiting = useRef<((model: Model | null) => void)[]>([])
  useEffect(() => {
    known.current = { ready, model }
    if (ready) for (const resolve of waiting.current.splice(0)) resolve(model)
  }, [ready, model])
  const whenKnown = useCallback(
    () =>
      known.current.ready
        ? Promise.resolve(known.current.model)
        : new Promise<Model | null>((resolve) => waiting.current.push(resolve)),
    [],
  )

  const warmed = useRef<string | null>(null)
  const name = model?.problem === null ? model.name : null
  const enginesKnown = engines !== null
  const there = loaded !== undefined && loaded.state !== 'failed'
  const wanted = useRef(false)
  const warmUp = useCallback(() => {
    wanted.current = true
    if (name === null || !enginesKnown || there || warmed.current === name) return
    warmed.current = name
    // A model that can't be loaded says so when it is asked something.
    const load = async () => rpc().engines.load({ model: name })
    load().catch(() => {})
  }, [name, enginesKnown, there])

  // The person may have begun to write before the library was known.
  useEffect(() => {
    if (wanted.current && warmed.current === null) warmUp()
  }, [warmUp])

  return {
    model,
    models: all?.filter((entry) => entry.facts.kind === 'chat') ?? null,
    loaded,
    whenKnown,
    choose,
    warmUp,
  }
}
