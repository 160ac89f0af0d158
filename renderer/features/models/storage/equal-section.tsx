import { Copy, CopyCheck, Search } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EqualFiles } from '../../../../shared/domain/storage.ts'
import { Button } from '../../../components/ui/button.tsx'
import { useConfirm } from '../../../components/ui/confirm.tsx'
import { toast } from '../../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../../lib/errors.ts'
import { useFormat } from '../../../lib/format.ts'
import { rpc } from '../../../lib/rpc.ts'
import { Problem } from '../problem.tsx'
import { useWork } from '../work.ts'
import { WorkLine } from '../work-line.tsx'
import { EQUAL_KEY, forgetEqual, lookForEqual, rememberEqual, useEqual } from './equal-state.ts'

/** Files with equal bytes, and the space that one copy of each would give back. */
export function EqualSection({ onChanged }: { onChanged: () => void }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const work = useWork(EQUAL_KEY)
  const { found, error } = useEqual()
  const regain = (found ?? []).reduce((sum, group) => sum + group.regainBytes, 0)
  return (
    <section aria-label={t('equal.title')} className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <div className="min-w-0 grow">
          <h3 className="font-semibold">{t('equal.title')}</h3>
          <p className="text-sm text-ink-3">
            {found === null
              ? t('equal.description')
              : found.length === 0
                ? t('equal.none')
                : t('equal.found', { count: found.length, size: bytes(regain) })}
          </p>
        </div>
        {work === null && (
          <Button size="sm" icon={Search} onClick={() => void lookForEqual()}>
            {t(found === null ? 'equal.look' : 'equal.again')}
          </Button>
        )}
      </div>
      {work !== null && <WorkLine work={work} label={t('equal.looking')} />}
      {error !== null && <Problem info={error} />}
      {found !== null && found.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {found.map((group) => (
            <Group key={group.sha256} group={group} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Group({ group, onChanged }: { group: EqualFiles; onChanged: () => void }) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const { busy, makeOneCopy } = useOneCopy(group, onChanged)
  return (
    <li className="flex flex-wrap items-center gap-3 px-3 py-2.5">
      <ul className="flex min-w-0 grow flex-col gap-1">
        {group.files.map((file) => (
          <li key={file.path} className="flex min-w-0 items-baseline gap-2 text-xs">
            <span className="shrink-0 text-ink-2">
              {t(file.owner === 'hearth' ? 'app.hearth' : `app.${file.owner}`)}
            </span>
            <span className="truncate font-mono text-ink-3" title={file.path}>
              {file.path}
            </span>
            {file.shared && <span className="shrink-0 text-ink-3">{t('equal.shared')}</span>}
          </li>
        ))}
      </ul>
      <span className="tabular text-sm text-ink-2">{bytes(group.sizeBytes)}</span>
      {group.regainBytes > 0 && (
        <Button size="sm" icon={group.touchesOthers ? Copy : CopyCheck} busy={busy} onClick={() => void makeOneCopy()}>
          {t('equal.one', { size: bytes(group.regainBytes) })}
        </Button>
      )}
    </li>
  )
}

/** Lets equal files share one copy, with the way back; asks before another program's files are touched. */
function useOneCopy(group: EqualFiles, onChanged: () => void) {
  const { t } = useTranslation('models')
  const { bytes } = useFormat()
  const confirm = useConfirm()
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)
  const { sha256, touchesOthers } = group

  const failed = (reason: unknown): void => {
    const { title, suggestion } = errorText(errorInfo(reason))
    toast({ title, description: suggestion, tone: 'bad' })
  }
  const undo = async (undoId: string): Promise<void> => {
    await rpc().storage.undoOneCopy({ undoId })
    rememberEqual(group)
    onChanged()
  }
  const makeOneCopy = async (): Promise<void> => {
    const owners = [...new Set(group.files.map((file) => file.owner).filter((owner) => owner !== 'hearth'))]
    const agreed =
      !touchesOthers ||
      (await confirm({
        title: t('equal.confirmTitle', { apps: owners.map((owner) => t(`app.${owner}`)).join(', ') }),
        description: t('equal.confirmDescription'),
        action: t('equal.confirmAction'),
        danger: true,
      }))
    if (!agreed) return
    setBusy(true)
    try {
      const { undoId, regainedBytes, how } = await rpc().storage.makeOneCopy({ sha256, touchOthers: touchesOthers })
      forgetEqual(sha256)
      onChanged()
      toast({
        title: t('equal.done', { size: bytes(regainedBytes) }),
        description: t(`equal.how.${how}`),
        tone: 'good',
        action: { label: t('remove.undo'), onClick: () => void undo(undoId).catch(failed) },
      })
    } catch (reason) {
      failed(reason)
    } finally {
      setBusy(false)
    }
  }
  return { busy, makeOneCopy }
}
