import { RotateCcw, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/ui/button.tsx'
import { Card } from '../../../components/ui/card.tsx'
import { type GroupName, isGroupSet } from './groups.ts'
import type { Defaults } from './use-defaults.ts'

/** One group of defaults with its way back. */
export function GroupCard({
  group,
  defaults,
  resetLabel,
  children,
}: {
  group: GroupName
  defaults: Defaults
  resetLabel?: string
  children: ReactNode
}) {
  const { t } = useTranslation('models')
  const title = t(`group.${group}.title`)
  return (
    <Card className="flex flex-col gap-3 p-4" role="group" aria-label={title}>
      <div className="flex min-h-7 flex-wrap items-center gap-1">
        <h3 className="grow font-semibold">{title}</h3>
        {defaults.canUndo(group) && (
          <Button variant="ghost" size="sm" icon={Undo2} onClick={() => defaults.undo(group)}>
            {t('defaults.undo')}
          </Button>
        )}
        {isGroupSet(defaults.draft, group) && (
          <Button variant="ghost" size="sm" icon={RotateCcw} onClick={() => defaults.reset(group)}>
            {resetLabel ?? t('defaults.reset')}
          </Button>
        )}
      </div>
      <p className="-mt-2 text-sm text-ink-3">{t(`group.${group}.hint`)}</p>
      {children}
    </Card>
  )
}
