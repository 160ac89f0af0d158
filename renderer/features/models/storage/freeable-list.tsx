import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StorageState } from '../../../../shared/domain/storage.ts'
import { Button } from '../../../components/ui/button.tsx'
import { useConfirm } from '../../../components/ui/confirm.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { useFormat } from '../../../lib/format.ts'
import { rpc } from '../../../lib/rpc.ts'

export interface FreeableListProps {
  usage: StorageState
  /** Whether this caller may free anything. */
  local: boolean
  onChanged: (usage: StorageState) => void
}

/** What could be given back to the disk, the largest first. */
export function FreeableList({ usage, local, onChanged }: FreeableListProps) {
  const { t } = useTranslation('models')
  const { bytes, date } = useFormat()
  const { busy, free } = useFree(onChanged)
  const things = usage.freeable.toSorted((a, b) => b.bytes - a.bytes)
  return (
    <section aria-label={t('storage.freeable')} className="flex flex-col gap-2">
      <h3 className="font-semibold">{t('storage.freeable')}</h3>
      {things.length === 0 && <p className="text-sm text-ink-3">{t('storage.nothing')}</p>}
      {things.length > 0 && (
        <ul className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line">
          {things.map((thing) => (
            <li key={thing.path} className="flex items-center gap-3 px-3 py-2">
              <span className="flex min-w-0 grow flex-col">
                <span className="truncate text-sm" title={thing.path}>
                  {thing.name}
                </span>
                <span className="text-xs text-ink-3">
                  {t(`storage.kind.${thing.kind}`)}
                  {thing.lastUsedAt !== null && ` · ${t('storage.lastUsed', { date: date(thing.lastUsedAt) })}`}
                </span>
              </span>
              <span className="tabular shrink-0 text-sm text-ink-2">{bytes(thing.bytes)}</span>
              {local && (
                <Button
                  size="sm"
                  busy={busy === thing.path}
                  aria-label={t('storage.freeOne', { name: thing.name })}
                  onClick={() => void free(thing)}
                >
                  {t('storage.freeAction')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!local && things.length > 0 && <p className="text-sm text-ink-3">{t('storage.localOnly')}</p>}
    </section>
  )
}

type Freeable = StorageState['freeable'][number]

function useFree(onChanged: (usage: StorageState) => void) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const confirm = useConfirm()
  const errorText = useErrorText()
  const [busy, setBusy] = useState<string | null>(null)
  const free = async ({ kind, name, path, bytes: size }: Freeable): Promise<void> => {
    const agreed = await confirm({
      title: t('storage.confirmTitle', { name, size: bytes(size) }),
      description: t(`storage.confirm.${kind}`),
      action: t('storage.freeAction'),
      danger: true,
    })
    if (!agreed) return
    setBusy(path)
    try {
      onChanged(await rpc().storage.free({ path }))
      toast({ title: t('storage.freed', { name }), tone: 'good' })
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      toast({ title, description: suggestion, tone: 'bad' })
    } finally {
      setBusy(null)
    }
  }
  return { busy, free }
}
