import { useCallback, useEffect, useRef, useState } from 'react'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { Model, ModelDefaults } from '../../../../shared/domain/models.ts'
import { errorInfo } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { emptyGroup, type GroupName, pickGroup } from './groups.ts'

const SAVE_AFTER_MS = 400
/** Changes that follow each other faster are undone together. */
const ONE_EDIT_MS = 1500

export interface Defaults {
  /** As they stand in the editor; saved a moment later. */
  draft: ModelDefaults
  /** Why the last change was not saved. */
  error: ErrorInfo | null
  change(group: GroupName, values: Partial<ModelDefaults>): void
  /** Back by one edit of a group. */
  undo(group: GroupName): void
  canUndo(group: GroupName): boolean
  /** Back to what the file and the engine say. */
  reset(group: GroupName): void
}

type Past = Partial<Record<GroupName, { values: Partial<ModelDefaults>[]; at: number }>>

/** Edits a model's defaults; each change acts at once and can be undone group by group. */
export function useDefaults(model: Model): Defaults {
  const [draft, setDraft] = useState(model.defaults)
  const [past, setPast] = useState<Past>({})
  const [error, setError] = useState<ErrorInfo | null>(null)
  const waiting = useRef<{ timer: number; defaults: Partial<ModelDefaults> } | null>(null)
  const { name } = model

  const save = useCallback(async () => {
    if (waiting.current === null) return
    clearTimeout(waiting.current.timer)
    const { defaults } = waiting.current
    waiting.current = null
    try {
      await rpc().models.update({ name, patch: { defaults } })
      setError(null)
    } catch (reason) {
      setError(errorInfo(reason))
    }
  }, [name])

  // What was typed last is saved when the page is left before its moment has come.
  useEffect(() => () => void save(), [save])

  const saved = JSON.stringify(model.defaults)
  useEffect(() => {
    // Changed elsewhere: by a Modelfile, the command line, another window.
    if (waiting.current === null) setDraft(JSON.parse(saved) as ModelDefaults) // it was made of one two lines above
  }, [saved])

  const put = (values: Partial<ModelDefaults>): void => {
    setDraft((now) => ({ ...now, ...values }))
    clearTimeout(waiting.current?.timer)
    // Only what was changed: the rest may be changed elsewhere meanwhile.
    const defaults = { ...waiting.current?.defaults, ...values }
    waiting.current = { timer: window.setTimeout(() => void save(), SAVE_AFTER_MS), defaults }
  }

  const remember = (group: GroupName, alone: boolean): void => {
    const now = Date.now()
    setPast((all) => {
      const before = all[group]
      if (before !== undefined && !alone && now - before.at < ONE_EDIT_MS) {
        return { ...all, [group]: { ...before, at: now } }
      }
      return { ...all, [group]: { values: [...(before?.values ?? []), pickGroup(draft, group)], at: now } }
    })
  }

  return {
    draft,
    error,
    change(group, values) {
      remember(group, false)
      put(values)
    },
    reset(group) {
      remember(group, true)
      put(emptyGroup(group))
    },
    canUndo: (group) => (past[group]?.values.length ?? 0) > 0,
    undo(group) {
      const values = past[group]?.values.at(-1)
      if (values === undefined) return
      setPast((all) => ({ ...all, [group]: { values: all[group]?.values.slice(0, -1) ?? [], at: 0 } }))
      put(values)
    },
  }
}
