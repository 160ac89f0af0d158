import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, type Route } from '../../lib/router.ts'

export const NAV_ROW =
  'flex h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-base text-ink-2 transition-colors select-none hover:bg-tint hover:text-ink aria-[current=page]:bg-tint aria-[current=page]:font-semibold aria-[current=page]:text-ink'

export interface NavRowProps {
  to: Route
  icon: LucideIcon
  label: string
  current: boolean
  onClick?: () => void
  /** What stands at the right end: a shortcut, a state. */
  children?: ReactNode
}

/** A place to go to in the sidebar. */
export function NavRow({ to, icon: Icon, label, current, onClick, children }: NavRowProps) {
  return (
    <Link to={to} aria-current={current ? 'page' : undefined} className={NAV_ROW} onClick={onClick}>
      <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
      <span className="grow truncate">{label}</span>
      {children}
    </Link>
  )
}
