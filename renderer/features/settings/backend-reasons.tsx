import { CircleCheck, CircleMinus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { BackendChoice } from '../../../shared/domain/hardware.ts'
import { useFormat } from '../../lib/format.ts'
import { rejectionText } from './rejection.ts'

/** The backend in use, and in words why each other one is not. */
export function BackendReasons({ choice }: { choice: BackendChoice }) {
  const { t, i18n } = useTranslation('settings')
  const format = useFormat()
  const lookup = (key: string) =>
    i18n.exists(`backend.${key}`, { ns: 'settings' }) ? t(`backend.${key}`, { skipInterpolation: true }) : undefined
  return (
    <ul className="flex flex-col gap-2.5 rounded-md bg-sunken p-3.5 text-sm">
      <li className="flex items-start gap-2.5">
        <CircleCheck aria-hidden="true" className="mt-px size-4 shrink-0 text-good" strokeWidth={1.75} />
        <span>
          <b>{t(`backend.${choice.chosen}`)}</b>{' '}
          <span className="text-ink-2">
            {choice.gpu === null ? t('backend.inUse') : t('backend.inUseOn', { gpu: choice.gpu.name })}
          </span>
        </span>
      </li>
      {choice.rejected.map((rejection) => (
        <li key={rejection.backend} className="flex items-start gap-2.5">
          <CircleMinus aria-hidden="true" className="mt-px size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
          <span>
            <b>{t(`backend.${rejection.backend}`)}</b>{' '}
            <span className="text-ink-2" title={rejection.sentence}>
              {rejectionText(rejection, format, lookup)}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}
