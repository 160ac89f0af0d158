import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '../../../../shared/domain/keys.ts'
import { useCall } from '../../../components/use-call.ts'
import { Button } from '../../../components/ui/button.tsx'
import { Card } from '../../../components/ui/card.tsx'
import { useConfirm } from '../../../components/ui/confirm.tsx'
import { EmptyState } from '../../../components/ui/empty-state.tsx'
import { ErrorState } from '../../../components/ui/error-state.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { KeyRow } from './key-row.tsx'
import { useKeys } from './use-keys.ts'

/** The keys with which programs on other computers enter. `needed`: nobody there comes in without. */
export function KeysCard({ needed }: { needed: boolean }) {
  const { t } = useTranslation('server')
  const call = useCall()
  const confirm = useConfirm()
  const { value: keys, error } = useKeys()
  const [dialog, setDialog] = useState<ApiKey | 'new' | null>(null)
  const remove = async ({ id, name }: ApiKey) => {
    const sure = await confirm({
      title: t('keys.remove.title', { name }),
      description: t('keys.remove.description'),
      action: t('keys.remove.action'),
      danger: true,
    })
    if (sure) call((client) => client.keys.remove({ id }))
  }
  const create = (
    <Button icon={Plus} onClick={() => setDialog('new')}>
      {t('keys.create')}
    </Button>
  )
  return (
    <Card role="group" aria-label={t('keys.title')}>
      <div className="flex min-h-12.5 flex-wrap items-center gap-x-3 gap-y-1 py-2 ps-4 pe-3">
        <h2 className="text-base font-semibold">{t('keys.title')}</h2>
        <p className="min-w-0 flex-1 basis-64 text-sm text-ink-3">{t(needed ? 'keys.needed' : 'keys.hint')}</p>
        {keys !== null && keys.length > 0 && create}
      </div>
      <div className="border-t border-line">
        {keys === null && error === null && <ListSkeleton />}
        {keys === null && error !== null && <ErrorState error={error} />}
        {keys?.length === 0 && (
          <EmptyState icon={KeyRound} title={t('keys.empty')} description={t('keys.emptyHint')} action={create} />
        )}
        {keys !== null && keys.length > 0 && (
          <ul className="divide-y divide-line">
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} onEdit={() => setDialog(key)} onRemove={() => void remove(key)} />
            ))}
          </ul>
        )}
      </div>
      {dialog !== null && <KeyDialog apiKey={dialog === 'new' ? null : dialog} onClose={() => setDialog(null)} />}
    </Card>
  )
}

function ListSkeleton() {
  return (
    <div className="flex flex-col gap-3 p-4">
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-9 w-full" />
    </div>
  )
}
