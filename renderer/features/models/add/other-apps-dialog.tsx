import { FolderSearch, PackageSearch } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { FoundModel } from '../../../../shared/domain/storage.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { EmptyState } from '../../../components/ui/empty-state.tsx'
import { Spinner } from '../../../components/ui/spinner.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { errorInfo } from '../../../lib/errors.ts'
import { useFormat } from '../../../lib/format.ts'
import { rpc } from '../../../lib/rpc.ts'
import { useSystemInfo } from '../../../lib/state/system.ts'
import { Problem } from '../problem.tsx'
import { FoundList } from './found-list.tsx'
import { newPaths } from './found.ts'

/** Models that other programs have, to be used where they lie. */
export function OtherAppsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const desktop = useSystemInfo().value?.hasDesktop === true
  const { found, error, looking, look, clearKnown } = useSearch()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ErrorInfo | null>(null)
  const free = newPaths(found)
  const paths = free.filter((path) => chosen.has(path))
  const size = found.reduce((sum, model) => (paths.includes(model.path) ? sum + model.sizeBytes : sum), 0)

  const pickFolder = async () => {
    try {
      const folder = await rpc().downloads.pickFolder()
      if (folder !== null) look(folder)
    } catch (reason) {
      setFailure(errorInfo(reason))
    }
  }
  const use = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const added = await rpc().storage.useInPlace({ paths })
      toast({ title: t('others.done', { count: added.length }), tone: 'good' })
      if (paths.length === free.length) onClose()
      else {
        clearKnown(paths)
        setChosen(new Set())
      }
    } catch (reason) {
      setFailure(errorInfo(reason))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={t('others.title')}
      description={t('others.description')}
      actions={
        <>
          {desktop && (
            <Button icon={FolderSearch} className="me-auto" disabled={looking} onClick={() => void pickFolder()}>
              {t('others.folder')}
            </Button>
          )}
          <Button onClick={onClose}>{t('storage.close')}</Button>
          <Button variant="primary" busy={busy} disabled={paths.length === 0} onClick={() => void use()}>
            {paths.length === 0 ? t('others.use') : t('others.useCount', { count: paths.length, size: bytes(size) })}
          </Button>
        </>
      }
    >
      {looking && (
        <p role="status" className="flex items-center gap-2 text-sm text-ink-2">
          <Spinner /> {t('others.looking')}
        </p>
      )}
      {error !== null && <Problem info={error} />}
      {failure !== null && <Problem info={failure} />}
      {!looking && error === null && found.length === 0 && (
        <EmptyState icon={PackageSearch} title={t('others.none')} description={t('others.noneHint')} />
      )}
      {found.length > 0 && <FoundList found={found} chosen={chosen} onChosenChange={setChosen} />}
    </Dialog>
  )
}

function useSearch() {
  const [found, setFound] = useState<FoundModel[]>([])
  const [error, setError] = useState<ErrorInfo | null>(null)
  const [looking, setLooking] = useState(false)
  const look = useCallback((folder: string | null) => {
    setLooking(true)
    setError(null)
    const ask = async () => rpc().storage.findOthers({ folder })
    ask()
      .then(
        (models) =>
          setFound((before) => [...new Map([...before, ...models].map((model) => [model.path, model])).values()]),
        (reason: unknown) => setError(errorInfo(reason)),
      )
      .finally(() => setLooking(false))
  }, [])
  useEffect(() => look(null), [look])
  const clearKnown = (paths: readonly string[]) =>
    setFound((all) => all.map((model) => (paths.includes(model.path) ? { ...model, known: true } : model)))
  return { found, error, looking, look, clearKnown }
}
