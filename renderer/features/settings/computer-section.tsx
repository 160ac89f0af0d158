import { Cpu, RefreshCw, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackendSetting } from '../../../shared/domain/hardware.ts'
import type { Settings } from '../../../shared/domain/settings.ts'
import { Button } from '../../components/ui/button.tsx'
import { Select } from '../../components/ui/select.tsx'
import { Skeleton } from '../../components/ui/skeleton.tsx'
import { toast } from '../../components/ui/toast.tsx'
import { errorInfo, useErrorText } from '../../lib/errors.ts'
import { useFormat } from '../../lib/format.ts'
import { rpc } from '../../lib/rpc.ts'
import { useEngines } from '../../lib/state/engines.ts'
import { useHardware } from '../../lib/state/hardware.ts'
import { BackendReasons } from './backend-reasons.tsx'
import { useChangeSettings } from './change.ts'
import type { SettingRow, SettingSection } from './rows.ts'
import { runningAddon } from './running-addon.ts'

const BACKENDS: BackendSetting[] = ['automatic', 'metal', 'cuda', 'vulkan', 'cpu']

/** What this computer has, what computes, and why not the rest. */
export function useComputerSection(settings: Settings): SettingSection {
  const { t } = useTranslation('settings')
  const { value: hardware, error } = useHardware()
  const { value: engines } = useEngines()
  const change = useChangeSettings()
  const { bytes } = useFormat()
  const errorText = useErrorText()

  const asking = hardware === null || hardware.state === 'asking'
  const gpus = (hardware?.probes ?? []).flatMap((probe) => (probe.outcome === 'works' ? probe.gpus : []))
  const choice = hardware?.choice ?? null
  const addon = runningAddon(engines?.models ?? [])
  const pending = error === null ? <Skeleton className="w-40" /> : errorText(error).title

  const rows: SettingRow[] = [
    {
      id: 'processor',
      label: t('computer.cpu.label'),
      hint:
        hardware === null
          ? pending
          : [
              hardware.cpu.model,
              t('computer.cpu.cores', { physical: hardware.cpu.physicalCores, logical: hardware.cpu.logicalCores }),
            ].join(' · '),
      keywords: 'cpu',
    },
    {
      id: 'vector',
      label: t('computer.vector.label'),
      hint: t('computer.vector.hint'),
      keywords: 'avx2 avx-512 amx neon simd',
      control: hardware !== null && (
        <Value>
          {hardware.cpu.features.length === 0 ? t('computer.vector.none') : hardware.cpu.features.join(', ')}
        </Value>
      ),
    },
    {
      id: 'memory',
      label: t('computer.memory.label'),
      hint: t('computer.memory.hint'),
      keywords: 'ram',
      control: hardware !== null && (
        <Value>
          {t('computer.memory.value', {
            total: bytes(hardware.totalMemoryBytes),
            free: bytes(hardware.freeMemoryBytes),
          })}
        </Value>
      ),
    },
    ...gpus.map((gpu, index): SettingRow => ({
      id: `gpu-${index}`,
      label: gpu.name,
      hint: t(gpu.unifiedMemory ? 'computer.gpu.unified' : 'computer.gpu.own', {
        backend: t(`backend.${gpu.backend}`),
      }),
      keywords: 'gpu vram',
      control: (
        <Value>
          {t('computer.memory.value', { total: bytes(gpu.totalMemoryBytes), free: bytes(gpu.freeMemoryBytes) })}
        </Value>
      ),
    })),
    ...(!asking && gpus.length === 0
      ? [{ id: 'no-gpu', label: t('computer.gpu.label'), hint: t('computer.gpu.none'), keywords: 'gpu vram' }]
      : []),
    {
      id: 'backend',
      label: t('computer.backend.label'),
      hint: t('computer.backend.hint'),
      keywords: 'metal cuda vulkan cpu gpu backend',
      control: (
        <Select
          label={t('computer.backend.label')}
          value={settings.backend}
          options={BACKENDS.map((backend) => ({
            value: backend,
            label: t(`backend.${backend}`),
            ...(choice?.rejected.some((each) => each.backend === backend && each.reason === 'not_on_this_platform') ===
            true
              ? { hint: t('computer.backend.notHere') }
              : {}),
          }))}
          onValueChange={(backend) => change({ backend })}
        />
      ),
      body: (
        <>
          {choice?.fallbackFrom != null && (
            <p role="status" className="flex items-start gap-2 rounded-md bg-warn-soft p-3 text-sm">
              <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" strokeWidth={1.75} />
              {t('computer.backend.fallback', {
                wanted: t(`backend.${choice.fallbackFrom}`),
                chosen: t(`backend.${choice.chosen}`),
              })}
            </p>
          )}
          {choice === null ? <BackendSkeleton /> : <BackendReasons choice={choice} />}
        </>
      ),
    },
    {
      id: 'addon',
      label: t('computer.addon.label'),
      hint: t(`computer.addon.why.${addon}`),
      keywords: 'llama.cpp node-llama-cpp native',
      control: <Value>{t(`computer.addon.which.${addon}`)}</Value>,
    },
    {
      id: 'ask-again',
      label: t('computer.again.label'),
      hint: hardware?.problem == null ? t('computer.again.hint') : errorText(hardware.problem).title,
      control: <AskAgain asking={asking} />,
    },
  ]
  return { id: 'computer', title: t('computer.title'), icon: Cpu, rows }
}

function Value({ children }: { children: string }) {
  return <span className="tabular text-end text-sm text-ink">{children}</span>
}

function BackendSkeleton() {
  return (
    <div className="flex flex-col gap-2">
      <Skeleton className="w-2/3" />
      <Skeleton className="w-1/2" />
    </div>
  )
}

function AskAgain({ asking }: { asking: boolean }) {
  const { t } = useTranslation('settings')
  const errorText = useErrorText()
  const [busy, setBusy] = useState(false)
  const ask = async () => {
    setBusy(true)
    try {
      await rpc().hardware.refresh()
      toast({ title: t('computer.again.done'), tone: 'good' })
    } catch (reason) {
      const { title, suggestion } = errorText(errorInfo(reason))
      toast({ tone: 'bad', title, description: suggestion })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button icon={RefreshCw} busy={busy || asking} onClick={() => void ask()}>
      {t('computer.again.action')}
    </Button>
  )
}
