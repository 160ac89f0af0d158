import { useTranslation } from 'react-i18next'
import type { StorageState } from '../../../../shared/domain/storage.ts'
import { Meter } from '../../../components/ui/meter.tsx'
import { cn } from '../../../lib/cn.ts'
import { useFormat } from '../../../lib/format.ts'

const PARTS = [
  { name: 'models', colour: 'bg-ember' },
  { name: 'usedInPlace', colour: 'bg-ember opacity-55' },
  { name: 'partial', colour: 'bg-ember opacity-30' },
  { name: 'removed', colour: 'bg-ink-3' },
  { name: 'chats', colour: 'bg-ink-2' },
  { name: 'backups', colour: 'bg-line-strong' },
  { name: 'logs', colour: 'bg-line' },
] as const

/** What takes how much, to scale, and the room on each drive. */
export function UsageBar({ usage }: { usage: StorageState }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const total = PARTS.reduce((sum, part) => sum + usage[part.name], 0)
  return (
    <section aria-label={t('storage.used')} className="flex flex-col gap-3">
      <div aria-hidden="true" className="flex h-2.5 gap-px overflow-hidden rounded-full bg-tint">
        {total > 0 &&
          PARTS.filter((part) => usage[part.name] > 0).map((part) => (
            <span
              key={part.name}
              className={cn('block min-w-1', part.colour)}
              style={{ width: `${(usage[part.name] / total) * 100}%` }}
            />
          ))}
      </div>
      <dl className="grid grid-cols-1 gap-x-6 gap-y-1 sm:grid-cols-2">
        {PARTS.map((part) => (
          <div key={part.name} className="flex min-h-6 items-center gap-2 text-sm">
            <span aria-hidden="true" className={cn('size-2.5 shrink-0 rounded-sm', part.colour)} />
            <dt className="min-w-0 grow truncate text-ink-2">{t(`storage.part.${part.name}`)}</dt>
            <dd className="tabular">{bytes(usage[part.name])}</dd>
          </div>
        ))}
      </dl>
      {usage.drives.map((drive) => {
        const text = t('storage.free', { free: bytes(drive.freeBytes), total: bytes(drive.totalBytes) })
        return (
          <div key={drive.path} className="flex flex-col gap-1.5">
            <p className="flex items-baseline gap-3 text-sm">
              <span className="min-w-0 grow truncate font-mono text-xs text-ink-2" title={drive.path}>
                {drive.path}
              </span>
              <span className="tabular shrink-0 text-ink-2">{text}</span>
            </p>
            <Meter
              value={drive.totalBytes - drive.freeBytes}
              max={drive.totalBytes}
              label={t('storage.drive', { path: drive.path })}
              text={text}
            />
          </div>
        )
      })}
    </section>
  )
}
