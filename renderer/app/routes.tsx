import { lazy, Suspense } from 'react'
import { HomePage } from '../features/onboarding/home-page.tsx'
import type { Route } from '../lib/router.ts'

const loadChat = () => import('../features/chat/chat-page.tsx')
const loadModels = () => import('../features/models/models-page.tsx')
const loadDiscover = () => import('../features/discover/discover-pane.tsx')
const loadServer = () => import('../features/server/server-page.tsx')
const loadInsights = () => import('../features/insights/insights-page.tsx')
const loadSettings = () => import('../features/settings/settings-page.tsx')

const ChatPage = lazy(async () => ({ default: (await loadChat()).ChatPage }))
const ModelsPage = lazy(async () => ({ default: (await loadModels()).ModelsPage }))
const DiscoverPane = lazy(async () => ({ default: (await loadDiscover()).DiscoverPane }))
const ServerPage = lazy(async () => ({ default: (await loadServer()).ServerPage }))
const InsightsPage = lazy(async () => ({ default: (await loadInsights()).InsightsPage }))
const SettingsPage = lazy(async () => ({ default: (await loadSettings()).SettingsPage }))

/** Fetches the code of the other pages, so that they open at once. */
export async function prefetchPages(): Promise<void> {
  await loadChat()
  await Promise.all([loadModels(), loadDiscover(), loadServer(), loadInsights(), loadSettings()])
}

/** The page of a route. */
export function Page({ route }: { route: Route }) {
  return <Suspense fallback={null}>{pageOf(route)}</Suspense>
}

function pageOf(route: Route) {
  switch (route.page) {
    case 'home':
      return <HomePage />
    case 'chat':
      return <ChatPage key={route.id} id={route.id} />
    case 'models':
      return <ModelsPage tab="here" />
    case 'discover': {
      const { hub, repo } = route
      const opened = hub === undefined || repo === undefined ? undefined : { hub, repo }
      return <ModelsPage tab="discover" discover={<DiscoverPane repo={opened} />} />
    }
    case 'server':
      return <ServerPage />
    case 'insights':
      return <InsightsPage />
    case 'settings':
      return <SettingsPage />
  }
}
