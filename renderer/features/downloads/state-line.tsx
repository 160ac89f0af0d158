import { CircleAlert, CircleCheck, CirclePause, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Download } from '../../../shared/domain/downloads.ts'
import { useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { countdown } from './progress.ts'
import { useNow } from '../../lib/use-now.ts'

/** Where a download stands, in words: how much, how fast, how long; why it waits; what went wrong and what to do. */
export function StateLine({ download }: { download: Download }) {
  const { t } = useTranslation('downloads')
  const { bytes, duration } = useFormat()
  const { state, totalBytes, doneBytes, bytesPerSecond, secondsLeft } = download
  const amount =
    totalBytes === null ? bytes(doneBytes) : t('amount', { done: bytes(doneBytes), total: bytes(totalBytes) })
  switch (state) {
    case 'downloading':
      return (
        <Facts
          facts={[
            amount,
            bytesPerSecond > 0 ? t('speed', { speed: bytes(bytesPerSecond) }) : t('state.starting'),
            secondsLeft === null ? null : t('left', { time: duration(secondsLeft * 1000) }),
          ]}
        />
      )
    case 'queued':
    case 'resolving':
    case 'verifying':
    case 'checking':
      return <Facts facts={[t(`state.${state}`), doneBytes > 0 ? amount : null]} />
    case 'paused':
      // Its hub refused it: it goes on once that was put right.
      if (download.error !== null) return <Failure download={download} />
      return (
        <span className="flex items-center gap-1.5">
          <CirclePause aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />
          <Facts facts={[t('state.paused'), amount]} />
        </span>
      )
    case 'waiting':
      return <Waiting download={download} amount={amount} />
    case 'done':
      return (
        <span className="flex items-center gap-1.5 text-good">
          <CircleCheck aria-hidden="true" className="size-3.5 shrink-0" strokeWidth={1.75} />
          <Facts facts={[t('state.done'), totalBytes === null ? null : bytes(totalBytes)]} />
        </span>
      )
    case 'failed':
      return <Failure download={download} />
  }
}

function Facts({ facts }: { facts: readonly (string | null)[] }) {
  return <span className="tabular">{facts.filter((fact) => fact !== null).join(' · ')}</span>
}

function Waiting({ download, amount }: { download: Download; amount: string }) {
  const { t } = useTranslation('downloads')
  const { duration } = useFormat()
  const errorText = useErrorText()
  const { waitingUntil, error } = download
  const now = useNow(waitingUntil !== null)
  const seconds = waitingUntil === null ? null : countdown(waitingUntil, now)
  return (
    <span className="flex items-start gap-1.5">
      <Clock aria-hidden="true" className="mt-px size-3.5 shrink-0 text-warn" strokeWidth={1.75} />
      <span className="flex min-w-0 flex-col gap-0.5">
        {error !== null && <span className="wrap-anywhere">{errorText(error).title}</span>}
        <Facts
          facts={[
            seconds === null
              ? t('state.waiting')
              : seconds === 0
                ? t('state.retrying')
                : t('state.waitingFor', { time: duration(seconds * 1000) }),
            amount,
          ]}
        />
      </span>
    </span>
  )
}

function Failure({ download }: { download: Download }) {
  const { t } = useTranslation('downloads')
  const errorText = useErrorText()
  const words = download.error === null ? null : errorText(download.error)
  return (
    <span className="flex items-start gap-1.5">
      <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0 text-bad" strokeWidth={1.75} />
      <span className="flex min-w-0 flex-col gap-0.5 wrap-anywhere">
        <span className="text-bad">{words?.title ?? t('state.failed')}</span>
        {words?.suggestion !== undefined && <span>{words.suggestion}</span>}
      </span>
    </span>
  )
}
