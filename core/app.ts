import { randomInt } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { RPCHandler as MessagePortHandler } from '@orpc/server/message-port'
import { RPCHandler as WebSocketHandler } from '@orpc/server/ws'
import { nanoid } from 'nanoid'
import { toErrorInfo } from '../shared/domain/errors.ts'
import type { Backend } from '../shared/domain/hardware.ts'
import type { Paths } from '../shared/process/shell.ts'
import { createChatStore } from './chats/chat-store.ts'
import { createChats } from './chats/chats.ts'
import type { Core } from './core.ts'
import { desktopEffects } from './downloads/desktop-effects.ts'
import { createDownloads } from './downloads/downloads.ts'
import { createPull } from './downloads/pull.ts'
import { createConformance } from './engines/conformance/conformance.ts'
import { createIdleWork } from './engines/idle-work.ts'
import { createMachineMemory } from './engines/machine-memory.ts'
import { findNativeAddon } from './engines/native-addon.ts'
import { createPool } from './engines/pool.ts'
import { createProcessorUse } from './engines/processor-use.ts'
import { driverVersion } from './engines/tuning/driver-version.ts'
import { createTuning } from './engines/tuning/tuning.ts'
import { createTuningStore } from './engines/tuning/tuning-store.ts'
import { createEmbedding, createRerank, type Embed } from './generation/embed.ts'
import { createGeneration, type Generate } from './generation/generate.ts'
import { createReadAhead } from './generation/read-ahead.ts'
import { createModelText } from './generation/text.ts'
import { createReadNext } from './generation/read-next.ts'
import { createHardware } from './hardware/hardware.ts'
import type { Host } from './host/host.ts'
import { createHttp } from './hubs/http.ts'
import { createHubs } from './hubs/hubs.ts'
import { keepProxyLogin, proxyLogin } from './hubs/proxy-login.ts'
import { createSecrets } from './hubs/secrets.ts'
import { createKeyStore } from './keys/key-store.ts'
import { createKeys } from './keys/keys.ts'
import { hashFile } from './lib/hash-file.ts'
import { createLog } from './lib/log.ts'
import { createCreateUploaded } from './models/create-uploaded.ts'
import { createFinish } from './models/finish-download.ts'
import { createFit } from './models/fit/fit.ts'
import { createSpeedStore } from './models/fit/speed-store.ts'
import { createLibrary } from './models/library.ts'
import { createModelStore } from './models/model-store.ts'
import { idleBytes, noteRun } from './models/note-run.ts'
import { starterModels } from './models/starter-models.ts'
import { readBeginning } from './models/read-header.ts'
import { createTrials } from './models/trials.ts'
import { createUploads } from './models/uploads.ts'
import { modelsFolder } from './paths.ts'
import type { RpcContext } from './rpc/base.ts'
import { router } from './rpc/router.ts'
import { listenLocal } from './server/local-socket.ts'
import { createModelNames } from './server/model-names.ts'
import { createMetrics } from './server/ops/metrics.ts'
import { createServer } from './server/server.ts'
import { createServing } from './server/serving.ts'
import { createPrepareChange } from './settings/prepare-change.ts'
import { createSettings } from './settings/settings.ts'
import { backUp, closeDatabase, openDatabase } from './storage/database.ts'
import { lockHome } from './storage/home-lock.ts'
import { createStorageUse } from './storage-use/storage-use.ts'
import { createKeepAwake } from './system/keep-awake.ts'
import { createNotices } from './system/notices.ts'

export interface CoreOptions {
  host: Host
  paths: Paths
  version: string
  /** The operating system's language, as `zh-CN`. */
  locale: string
  env: NodeJS.ProcessEnv
  /** What the next one who wants the data folder is told: `the app`, or the command. */
  program: string
  /** False serves programs only. */
  serveInterface: boolean
  /** Whether downloads that an earlier program left go on by themselves. */
  goOnDownloading: boolean
  /** Answers that a model writes at the same time, where memory allows: DESKTOP_SLOTS or SERVE_SLOTS. */
  slots: number
  /** The core before this one died. */
  restarted?: boolean
}

/**
 * The composition root: every service of the core, made in the order in which they need each other.
 *
 * @throws AppError `folder_held`, `folder_read_only`, `database_damaged`
 */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { host, paths, version, locale, env } = options
  const { home } = paths
  const { platform, arch } = process
  const now = () => Date.now()
  const clock = () => performance.now()

  const lock = lockHome(home, options.program)
  const log = createLog(home)
  const { database, recovered } = openDatabase(home)
  const notices = createNotices()
  if (recovered) {
    notices.add('warning', {
      code: 'database_damaged',
      message: recovered.fromBackup
        ? 'The database was damaged. The newest backup took its place.'
        : 'The database was damaged and there was no backup. Hearth started with an empty one.',
      suggestion: `The damaged file is kept as ${recovered.aside}.`,
      data: { path: recovered.aside, fromBackup: recovered.fromBackup },
    })
  }
  if (options.restarted) {
    notices.add('warning', {
      code: 'core_lost',
      message: 'A part of Hearth ended unexpectedly and was started again.',
      suggestion: 'Your chats are kept. An answer that was being written can be asked for again.',
    })
  }
  backUp(database, home)

  const secrets = createSecrets(home, host.vault, log)
  const settings = createSettings(home, notices, {
    keepLogin: (login) => keepProxyLogin(secrets, login),
    prepare: createPrepareChange(host.desktop),
  })
  const keepAwake = createKeepAwake({ desktop: host.desktop, enabled: () => settings.get().keepAwake })
  const folder = () => modelsFolder({ env, settings: settings.get(), home, homedir: homedir() })
  const hardware = createHardware({
    host,
    log,
    setting: () => settings.get().backend,
    platform,
    arch,
  })
  const memory = createMachineMemory()
  const addonFor = (backend: Backend) =>
    findNativeAddon({ engineEntry: paths.engineEntry, platform, arch, env }, backend)
  const metrics = createMetrics(() => pool.loadedModels())
  const pool = createPool({
    host,
    hardware,
    notices,
    log,
    database,
    home,
    env,
    settings: () => settings.get().engine,
    wantedSlots: options.slots,
    findModel: (name) => library.find(name),
    nativeAddon: addonFor,
    check: async ({ name }) => (await trials.check(name)).check,
    onModelEvent: metrics.modelEvent,
    clock,
    now,
    memory,
  })
  const http = createHttp({
    version,
    settings: () => settings.get().hubs,
    env,
    resolveProxy: host.desktop?.resolveProxy ?? null,
    proxyLogin: () => proxyLogin(secrets),
  })
  const hubs = createHubs({
    http,
    settings: () => settings.get().hubs,
    env,
    secrets,
    readHeader: (path, { sizeBytes }) => readBeginning(host, path, sizeBytes),
    home,
    memoryBudget: memory.total,
    log,
    now,
  })
  const library = createLibrary({
    starters: starterModels(paths.resources),
    store: createModelStore(database),
    host,
    log,
    now,
    newId: nanoid,
    modelsFolder: folder,
    version,
    release: pool.unload,
    hashFile,
    newest: hubs.newest,
  })
  const trials = createTrials({ host, hardware, library, now })
  const fit = createFit({
    host,
    hardware,
    speeds: createSpeedStore(database),
    memory,
    idleModelBytes: () => idleBytes(pool.loadedModels()),
    busy: () => pool.loadedModels().some(({ state, active }) => state === 'loading' || active > 0),
    platform,
    wantedSlots: options.slots,
    log,
    now,
  })
  const downloads = createDownloads({
    database,
    http,
    hubs,
    settings: () => settings.get().downloads,
    modelsFolder: folder,
    hashWorkerPath: paths.hashWorkerEntry,
    goOn: options.goOnDownloading,
    finish: createFinish({ library, trials }),
    findOwnFile: (sha256) => library.findOwnFile(sha256)?.path ?? null,
    effects: desktopEffects(host.desktop),
    newId: nanoid,
    now,
    clock,
    log,
  })
  host.desktop?.onResume(downloads.wake)
  const pull = createPull({ hubs, downloads, findModel: library.find })
  const storageUse = createStorageUse({
    home,
    modelsFolder: folder,
    models: library,
    downloads: downloads.list,
    isLoaded: (name) => pool.loadedModels().some(({ model }) => model === name),
    hashFile,
    desktop: host.desktop,
    version,
    now,
    newId: nanoid,
    log,
    platform,
    env,
    userHome: homedir(),
  })
  const uploads = createUploads({ modelsFolder: folder, models: library, newId: nanoid, now })
  uploads.clean().catch((error: unknown) => log.warn({ error }, 'left over uploads'))
  const generation = {
    library,
    pool,
    clock,
    now,
    newId: nanoid,
    randomSeed: () => randomInt(2 ** 32),
  }
  const tuning = createTuning({
    library,
    pool,
    hardware,
    store: createTuningStore(database),
    noteRun: fit.noteRun,
    engine: (backend) => `${version}${addonFor(backend) === null ? '' : ' native'}`,
    driver: driverVersion,
    now,
  })
  const readAhead = createReadAhead({ library, pool })
  const ask = createReadNext(
    createGeneration({
      ...generation,
      record(generation) {
        pool.insights.record(generation)
        metrics.generation(generation)
      },
      onFinished: noteRun({ library, fit, pool, log, onSpeed: tuning.noteSpeed }),
    }),
    readAhead,
  )
  const conformance = createConformance({
    library,
    // What it tries is nobody's use of the model.
    generate: createGeneration({ ...generation, record: () => {}, onFinished: () => {} }),
    engine: version,
    now,
  })
  const idleWork = createIdleWork({
    jobs: [tuning, conformance],
    loadedModels: pool.loadedModels,
    busy: () => downloads.list().some(({ state }) => state === 'downloading' || state === 'verifying'),
    processorUse: createProcessorUse(),
    enabled: () => settings.get().engine.autoTune,
    clock,
    log,
  })
  const generate: Generate = (request, signal) => {
    idleWork.touch()
    return keepAwake.during(ask(request, signal))
  }
  const embedTexts = createEmbedding({ library, pool })
  const rerankDocuments = createRerank({ library, pool })
  const embed: Embed = (request, signal) => {
    idleWork.touch()
    return keepAwake.until(embedTexts(request, signal))
  }
  const chats = createChats({
    store: createChatStore(database),
    generate,
    async readAhead(request) {
      if (!settings.get().engine.readAhead) return
      // Someone types: what is measured meanwhile gives way.
      idleWork.touch()
      await readAhead(request)
    },
    forget: (chatId) =>
      void pool.forget(chatId).catch((error: unknown) => log.warn({ error: toErrorInfo(error) }, 'forget')),
    newId: nanoid,
    now,
    clock,
  })
  const names = createModelNames({
    findModel: library.find,
    listModels: library.list,
    loadedModels: pool.loadedModels,
    settings: () => settings.get().server,
  })
  const keys = createKeys({ store: createKeyStore(database), env, now, clock, newId: nanoid, log })
  const server = createServer({
    generate,
    embed,
    rerank: (request, signal) => keepAwake.until(rerankDocuments(request, signal)),
    text: createModelText({ library, pool }),
    load: (model, wanted) => pool.load(model, { by: 'program', ...wanted }),
    unload: pool.unload,
    pull,
    library,
    trials,
    uploads,
    createUploaded: createCreateUploaded({ uploads, library, trials, modelsFolder: folder }),
    hashFile,
    listModels: library.list,
    findModel: names.find,
    listAliases: names.aliases,
    loadedModels: pool.loadedModels,
    quarantined: pool.quarantined,
    metrics,
    version,
    rendererDir: options.serveInterface ? paths.renderer : null,
    upgradeRpc: (socket, actor) => void webSockets.upgrade(socket, { context: { core, actor } }),
    settings: () => settings.get().server,
    keys,
    home,
    env,
    clock: now,
    log,
  })
  const serving = createServing({ server, settings, keys, log })
  settings.onChange((next, previous) => {
    if (next.backend !== previous.backend) hardware.topic.changed()
    if (next.downloads !== previous.downloads) downloads.settingsChanged()
    if (next.keepAwake !== previous.keepAwake) keepAwake.settingChanged()
  })

  const core: Core = {
    home,
    version,
    locale,
    desktop: host.desktop,
    notices,
    settings,
    hardware,
    library,
    trials,
    fit,
    hubs,
    downloads,
    pull,
    storageUse,
    pool,
    tuning: idleWork,
    generate,
    chats,
    keys,
    server,
    serverTopic: serving.topic,
    setServerEnabled: serving.setEnabled,
    log,
    serve(port, actor) {
      messagePorts.upgrade(port, { context: { core, actor } })
    },
    async close() {
      await server.stop({ graceMs: 0 })
      await localSocket.close()
      await downloads.close()
      await chats.close()
      await idleWork.close()
      await pool.close()
      await library.close()
      await http.close()
      closeDatabase(database)
      lock.release()
    },
  }
  const messagePorts = new MessagePortHandler<RpcContext>(router)
  const webSockets = new WebSocketHandler<RpcContext>(router)
  const localSocket = await listenLocal(home, (socket, actor) => {
    void webSockets.upgrade(socket, { context: { core, actor } })
  })

  if (settings.get().startAtLogin) {
    // The app may lie elsewhere than when this was set.
    host.desktop
      ?.setStartAtLogin(true)
      .catch((error: unknown) => log.warn({ error: toErrorInfo(error) }, 'start at login'))
  }
  tuning.settle().catch((error: unknown) => log.error({ error: toErrorInfo(error) }, 'tuning'))
  hardware.refresh().catch((error: unknown) => log.error({ error }, 'hardware'))
  log.info({ version, home: join(home), program: options.program }, 'core started')
  return core
}
