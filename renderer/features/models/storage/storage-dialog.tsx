import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorInfo } from '../../../../shared/domain/errors.ts'
import type { StorageState } from '../../../../shared/domain/storage.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { ErrorState } from '../../../components/ui/error-state.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { errorInfo } from '../../../lib/errors.ts'
import { rpc } from '../../../lib/rpc.ts'
import { useSystemInfo } from '../../../lib/state/system.ts'
import { EqualSection } from './equal-section.tsx'
import { FreeableList } from './freeable-list.tsx'
import { UsageBar } from './usage-bar.tsx'

/** What Hearth takes on the disk, and what could be given back. */
export function StorageDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('models')
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title={t('storage.title')}
      description={t('storage.description')}
      actions={<Button onClick={() => onOpenChange(false)}>{t('storage.close')}</Button>}
    >
      <Content />
    </Dialog>
  )
}

function Content() {
  const local = useSystemInfo().value?.access === 'local'
  const [usage, setUsage] = useState<StorageState | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const look = useCallback(() => {
    setError(null)
    const ask = async () => rpc().storage.usage()
    ask().then(setUsage, (reason: unknown) => setError(errorInfo(reason)))
  }, [])
  useEffect(look, [look])

  if (error !== null) return <ErrorState error={error} onRetry={look} />
  if (usage === null) {
    return (
      <div className="flex flex-col gap-3">
        <Skeleton className="h-2.5 w-full" />
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-6">
      <UsageBar usage={usage} />
      <FreeableList usage={usage} local={local} onChanged={setUsage} />
      {local && <EqualSection onChanged={look} />}
    </div>
  )
}
