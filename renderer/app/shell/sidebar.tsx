import { Activity, Box, PanelLeft, Radio, Settings, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Logo } from '../../components/logo.tsx'
import { IconButton } from '../../components/ui/icon-button.tsx'
import { Kbd } from '../../components/ui/kbd.tsx'
import { DownloadTray } from '../../features/downloads/tray.tsx'
import { focusComposer } from '../../lib/composer-focus.ts'
import { isDesktop } from '../../lib/desktop.ts'
import type { Route } from '../../lib/router.ts'
import { shortcutLabel } from '../../lib/shortcut.ts'
import { closeDrawer, toggleSidebar } from '../../lib/sidebar.ts'
import { ChatList } from './chat-list.tsx'
import { MemoryFoot } from './memory-foot.tsx'
import { NavRow } from './nav-row.tsx'
import { SearchRow } from './search-row.tsx'
import { ServerState } from './server-state.tsx'
import { useSearchShortcut } from './shortcuts.ts'

/** The sidebar: chats, the other pages, downloads, and what models take of the memory. */
export function Sidebar({ route }: { route: Route }) {
  const { t } = useTranslation('common')
  const [query, setQuery] = useState<string | null>(null)
  useSearchShortcut(() => setQuery((now) => now ?? ''))

  return (
    <div className="flex h-full min-h-0 flex-col px-2.5 pb-1.5">
      <div className="drag-region flex h-14 shrink-0 items-center gap-1.75 pt-1 pl-1.75">
        <Logo className="size-5.75" />
        <span className="grow text-base font-semibold select-none">Hearth</span>
        <IconButton icon={PanelLeft} label={t('sidebar.hide')} className="no-drag" onClick={toggleSidebar} />
      </div>
      <div className="flex flex-col gap-0.5 pt-0.5">
        <NavRow
          to={{ page: 'home' }}
          icon={SquarePen}
          label={t('nav.newChat')}
          current={false}
          onClick={() => {
            closeDrawer()
            requestAnimationFrame(focusComposer)
          }}
        >
          {isDesktop() && <Kbd>{shortcutLabel('N')}</Kbd>}
        </NavRow>
        <SearchRow query={query} onQuery={setQuery} />
      </div>
      <ChatList query={query ?? ''} currentId={route.page === 'chat' ? route.id : null} />
      <nav aria-label={t('nav.label')} className="flex shrink-0 flex-col gap-0.5 pt-2 pb-2.5">
        <NavRow
          to={{ page: 'models' }}
          icon={Box}
          label={t('nav.models')}
          current={route.page === 'models' || route.page === 'discover'}
          onClick={closeDrawer}
        />
        <NavRow
          to={{ page: 'server' }}
          icon={Radio}
          label={t('nav.server')}
          current={route.page === 'server'}
          onClick={closeDrawer}
        >
          <ServerState />
        </NavRow>
        <NavRow
          to={{ page: 'insights' }}
          icon={Activity}
          label={t('nav.insights')}
          current={route.page === 'insights'}
          onClick={closeDrawer}
        />
        <NavRow
          to={{ page: 'settings' }}
          icon={Settings}
          label={t('nav.settings')}
          current={route.page === 'settings'}
          onClick={closeDrawer}
        />
      </nav>
      <div className="shrink-0 border-t border-line pt-0.5">
        <DownloadTray />
        <MemoryFoot />
      </div>
    </div>
  )
}
