import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, type LucideIcon, TriangleAlert, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cn } from '../../lib/cn.ts'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'

export interface ToastOptions {
  title: string
  description?: string | undefined
  tone?: 'neutral' | 'good' | 'warn' | 'bad'
  /** One thing that can be done about it, as *Undo*. */
  action?: { label: string; onClick: () => void }
}

const manager = Toast.createToastManager<{ tone: NonNullable<ToastOptions['tone']>; action?: ToastOptions['action'] }>()

const SHOWN_MS = 8000

/** Tells the person something in passing. What must not be missed belongs on the page instead. */
export function toast({ title, description, tone = 'neutral', action }: ToastOptions): void {
  manager.add({
    title,
    description,
    timeout: SHOWN_MS,
    priority: tone === 'bad' ? 'high' : 'low',
    data: action === undefined ? { tone } : { tone, action },
  })
}

const ICONS: Record<NonNullable<ToastOptions['tone']>, LucideIcon | null> = {
  neutral: null,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
}

const COLOURS = { neutral: '', good: 'text-good', warn: 'text-warn', bad: 'text-bad' }

/** Where toasts appear; once in the window. */
export function Toaster() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="fixed top-16 right-4 z-50 flex w-popup max-w-full flex-col gap-2 outline-none">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function List() {
  const { t } = useTranslation('common')
  const { toasts, close } = Toast.useToastManager<{
    tone: NonNullable<ToastOptions['tone']>
    action?: ToastOptions['action']
  }>()
  return toasts.map((item) => {
    const tone = item.data?.tone ?? 'neutral'
    const Icon = ICONS[tone]
    const action = item.data?.action
    return (
      <Toast.Root
        key={item.id}
        toast={item}
        // It counts as a dialog, but wants no keys.
        data-toast=""
        className="rounded-lg border border-line bg-raised shadow-popup transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0"
      >
        <Toast.Content className="flex items-start gap-2.5 py-2 pr-2 pl-3.5">
          {Icon !== null && (
            <Icon aria-hidden="true" strokeWidth={1.75} className={cn('mt-1.5 size-4 shrink-0', COLOURS[tone])} />
          )}
          <div className="flex min-w-0 grow flex-col gap-0.5 py-1.5">
            <Toast.Title render={<p />} className="text-sm wrap-anywhere" />
            <Toast.Description className="text-sm leading-prose wrap-anywhere text-ink-2" />
          </div>
          {action !== undefined && (
            <Button
              variant="ghost"
              size="sm"
              className="text-ember hover:text-ember"
              onClick={() => {
                close(item.id)
                action.onClick()
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={X} size="sm" label={t('actions.dismiss')} onClick={() => close(item.id)} />
        </Toast.Content>
      </Toast.Root>
    )
  })
}
