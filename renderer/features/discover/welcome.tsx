import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MachineTableButton } from '../../components/fit/machine-table.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'

/** Stands beside the list while no model is chosen. */
export function Welcome() {
  const { t } = useTranslation('discover')
  return (
    <EmptyState
      icon={Compass}
      title={t('welcome.title')}
      description={t('welcome.description')}
      action={
        <span className="text-sm">
          <MachineTableButton />
        </span>
      }
    />
  )
}
