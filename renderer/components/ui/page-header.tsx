import { PanelLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isSidebarHidden, toggleSidebar, useSidebar } from '../../lib/sidebar.ts'
import { IconButton } from './icon-button.tsx'

/** The one row of chrome above a page; the window is moved by it. Controls go in `children`, at the right. */
export function PageHeader({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation('common')
  const hidden = useSidebar((sidebar) => sidebar.narrow || isSidebarHidden(sidebar))
  return (
    <header className="drag-region flex h-14 shrink-0 items-center gap-3 border-b border-line px-5">
      {hidden && (
        <IconButton icon={PanelLeft} label={t('sidebar.show')} className="no-drag -ml-2" onClick={toggleSidebar} />
      )}
      <div className="flex min-w-0 grow items-center">
        {typeof title === 'string' ? <h1 className="truncate text-base font-semibold">{title}</h1> : title}
      </div>
      {children !== undefined && <div className="no-drag flex shrink-0 items-center gap-3">{children}</div>}
    </header>
  )
}
