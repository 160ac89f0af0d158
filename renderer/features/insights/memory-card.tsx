import { Box, Eraser } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { EnginesState } from '../../../shared/domain/engines.ts'
import { Button } from '../../components/ui/button.tsx'
import { Card } from '../../components/ui/card.tsx'
import { useConfirm } from '../../components/ui/confirm.tsx'
import { EmptyState } from '../../components/ui/empty-state.tsx'
import { Tooltip } from '../../components/ui/tooltip.tsx'
import { useCall } from '../../components/use-call.ts'
import { cn } from '../../lib/cn.ts'
import { useFormat } from '../../lib/format.ts'
import { navigate } from '../../lib/router.ts'
import { memoryBlocks } from './memory-blocks.ts'

/** One after the other, so that neighbours differ. */
const SHADES = ['bg-ember', 'bg-ember/60', 'bg-ember/35']

/** What is in memory, to scale, and what is kept of conversations that lost their slot. */
export function MemoryCard({ engines }: { engines: EnginesState }) {
  const { t } = useTranslation('insights')
  const { bytes } = useFormat()
  const blocks = memoryBlocks(engines)
  const total = bytes(engines.totalMemoryBytes)
  return (
    <Card className="flex flex-col gap-3 p-4" role="group" aria-label={t('memory.title')}>
      <div className="flex items-baseline justify-between gap-3">
        <h2 className="text-base font-semibold">{t('memory.title')}</h2>
        <span className="tabular text-sm text-ink-2">
          {t('memory.of', { used: bytes(engines.usedByModelsBytes), total })}
        </span>
      </div>
      {engines.models.length === 0 ? (
        <div className="-my-4">
          <EmptyState
            icon={Box}
            title={t('memory.empty')}
            description={t('memory.emptyHint')}
            action={<Button onClick={() => navigate({ page: 'models' })}>{t('memory.choose')}</Button>}
          />
        </div>
      ) : (
        <>
          <div aria-hidden="true" className="flex h-3 gap-px overflow-hidden rounded-sm bg-line">
            {blocks.map(({ model, bytes: size, share }, index) => (
              <Tooltip key={model} content={`${model} · ${bytes(size)}`}>
                <span
                  className={cn('min-w-1 transition-all', SHADES[index % SHADES.length])}
                  style={{ width: `${share * 100}%` }}
                />
              </Tooltip>
            ))}
          </div>
          <ul className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
            {blocks.map(({ model, bytes: size }, index) => (
              <li key={model} className="flex min-w-0 items-center gap-2">
                <span aria-hidden="true" className={cn('size-2 rounded-full', SHADES[index % SHADES.length])} />
                <span className="truncate">{model}</span>
                <span className="tabular shrink-0 text-ink-3">{bytes(size)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <KeptStates engines={engines} />
    </Card>
  )
}

/** What is kept of conversations, and the way to be rid of it. */
function KeptStates({ engines }: { engines: EnginesState }) {
  const { t } = useTranslation('insights')
  const { bytes } = useFormat()
  const confirm = useConfirm()
  const call = useCall()
  const memory = engines.models.reduce((sum, model) => sum + model.stateMemoryBytes, 0)
  const disk = engines.models.reduce((sum, model) => sum + model.stateDiskBytes, 0)
  if (memory + disk === 0) return null
  const forget = async () => {
    const yes = await confirm({
      title: t('states.confirm'),
      description: t('states.confirmHint'),
      action: t('states.forget'),
    })
    if (yes) call((client) => client.engines.forgetStates())
  }
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line pt-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="tabular text-sm">{t('states.kept', { memory: bytes(memory), disk: bytes(disk) })}</p>
        <p className="text-sm text-ink-3">{t('states.hint')}</p>
      </div>
      <Button size="sm" icon={Eraser} onClick={() => void forget()}>
        {t('states.forget')}
      </Button>
    </div>
  )
}
