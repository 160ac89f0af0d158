import { useTranslation } from 'react-i18next'
import { Logo } from '../../components/logo.tsx'

/** While the core starts: calm, and visible only when it takes a moment. */
export function StartingPage() {
  const { t } = useTranslation('common')
  return (
    <main className="drag-region flex h-full items-center justify-center">
      <div role="status" className="flex animate-after-200 flex-col items-center gap-3">
        <Logo className="size-10 animate-breathe" />
        <p className="text-sm text-ink-2">{t('connection.connecting')}</p>
      </div>
    </main>
  )
}
