import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import type { Contract } from '../shared/contract/index.ts'
import { LOCAL_OWNER_ID } from '../shared/domain/actor.ts'
import { createCore } from './app.ts'
import { DESKTOP_SLOTS, SERVE_SLOTS } from './models/fit/load-plan.ts'
import type { Core } from './core.ts'
import { createNodeHost } from './host/node-host.ts'
import { router } from './rpc/router.ts'

export interface NodeCoreOptions {
  home: string
  /** The program's folder, with `dist/` and `resources/`. */
  root: string
  version: string
  env: NodeJS.ProcessEnv
  /** The command that runs it, as the next one is told: `hearth serve`. */
  program: string
  /** Set for `hearth serve`: where to listen, and whether to serve the interface. */
  headless: { host: string | null; port: number | null; ui: boolean } | null
}

export interface NodeCore {
  core: Core
  /** The contract, called in this process with the rights of the command line. */
  client: ContractRouterClient<Contract>
  close(): Promise<void>
}

/**
 * The core on plain Node. With `headless` it listens when this resolves.
 *
 * @throws AppError as createCore and the server's start
 */
export async function startNodeCore(options: NodeCoreOptions): Promise<NodeCore> {
  const { home, root, version, env, headless } = options
  const dist = join(root, 'dist')
  const paths = {
    home,
    resources: join(root, 'resources'),
    renderer: join(dist, 'renderer'),
    engineEntry: join(dist, 'engine', 'main.js'),
    probeEntry: join(dist, 'engine', 'probe.js'),
    hashWorkerEntry: join(dist, 'core', 'hash-worker.js'),
  }
  const core = await createCore({
    host: createNodeHost(paths),
    paths,
    version,
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    env,
    program: options.program,
    serveInterface: headless?.ui ?? false,
    goOnDownloading: headless !== null,
    slots: headless === null ? DESKTOP_SLOTS : SERVE_SLOTS,
  })
  if (headless) {
    try {
      await core.server.start({ host: headless.host, port: headless.port, headless: true })
    } catch (error) {
      await core.close()
      throw error
    }
  }
  return {
    core,
    client: createRouterClient(router, {
      context: { core, actor: { ownerId: LOCAL_OWNER_ID, door: 'cli', access: 'local' } },
    }),
    close: () => core.close(),
  }
}
