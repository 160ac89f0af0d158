import { Check, Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Model, ModelFile } from '../../../shared/domain/models.ts'
import { Card } from '../../components/ui/card.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { useCopied } from '../../components/use-copied.ts'
import { useFormat } from '../../lib/format.ts'

/** The files of a model: shards, projector, adapters, documents; nothing where there is only the one of the facts. */
export function ModelFiles({ model }: { model: Model }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { files } = model
  const only = files.length === 1 && files[0]?.role === 'weights' && files[0].sha256 === null
  if (files.length === 0 || only) return null
  const shards = files.filter((file) => file.role === 'weights').length
  return (
    <Card className="overflow-hidden">
      <h3 className="flex items-baseline gap-2 border-b border-line px-4 py-2.5 font-semibold">
        {t('files.title')}
        <span className="tabular text-sm font-normal text-ink-3">
          {[
            ...(shards > 1 ? [t('files.shards', { count: shards })] : []),
            bytes(files.reduce((sum, file) => sum + file.sizeBytes, 0)),
          ].join(' · ')}
        </span>
      </h3>
      <ul className="divide-y divide-line">
        {files.map((file) => (
          <File key={file.path} file={file} />
        ))}
      </ul>
    </Card>
  )
}

function File({ file }: { file: ModelFile }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { copied, copy } = useCopied()
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5">
      <p className="flex items-baseline gap-3">
        <span className="min-w-0 grow truncate font-mono text-sm" title={file.path}>
          {file.path.split(/[\\/]/).at(-1)}
        </span>
        <span className="tabular shrink-0 text-sm text-ink-2">{bytes(file.sizeBytes)}</span>
      </p>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-ink-3">
        <span>{t(`files.role.${file.role}`)}</span>
        <span>{t(file.owned ? 'files.owned' : 'files.foreign')}</span>
        {file.sha256 !== null && (
          <span className="flex min-w-0 items-center gap-1">
            <code className="truncate font-mono" title={file.sha256}>
              sha256 {file.sha256.slice(0, 16)}…
            </code>
            <IconButton
              icon={copied ? Check : Copy}
              size="sm"
              label={t('files.copyHash')}
              onClick={() => copy(file.sha256 ?? '')}
            />
          </span>
        )}
      </p>
    </li>
  )
}
