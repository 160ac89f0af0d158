import { type LucideIcon, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { cn } from '../../lib/cn.ts'

export interface BannerProps {
  icon?: LucideIcon
  tone: 'info' | 'warning'
  children: ReactNode
  onDismiss?: () => void
}

/** A quiet line above the page. */
export function Banner({ icon: Icon, tone, children, onDismiss }: BannerProps) {
  const { t } = useTranslation('common')
  return (
    <div
      role="status"
      className={cn(
        'flex shrink-0 items-start gap-2.5 border-b border-line py-1 pr-3 pl-5 text-sm',
        tone === 'warning' ? 'bg-warn-soft' : 'bg-tint',
      )}
    >
      {Icon !== undefined && (
        <Icon
          aria-hidden="true"
          strokeWidth={1.75}
          className={cn('mt-1.5 size-4 shrink-0', tone === 'warning' ? 'text-warn' : 'text-ink-2')}
        />
      )}
      <div className="min-w-0 grow py-1.5 leading-row wrap-anywhere">{children}</div>
      {onDismiss !== undefined && <IconButton icon={X} size="sm" label={t('actions.dismiss')} onClick={onDismiss} />}
    </div>
  )
}
