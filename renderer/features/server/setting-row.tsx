import type { ReactNode } from 'react'

export interface SettingRowProps {
  label: string
  hint?: ReactNode
  control?: ReactNode
  /** Below both, over the whole width. */
  children?: ReactNode
}

/** What can be set, in one sentence, with its control. */
export function SettingRow({ label, hint, control, children }: SettingRowProps) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3.5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-semibold">{label}</p>
          {hint !== undefined && <p className="mt-0.5 text-sm leading-prose text-ink-2">{hint}</p>}
        </div>
        {control}
      </div>
      {children}
    </div>
  )
}
