import { Backend } from '../../../shared/domain/hardware.ts'
import { KvType, type MeasuredSpeed, ModelShape } from '../../../shared/domain/models.ts'
import type { Database } from '../../storage/sqlite.ts'
import type { MeasuredCase } from './speed-model.ts'

/** One run, as it is kept. */
export interface SpeedRun extends MeasuredCase {
  prefillTps: number | null
  measuredAt: number
}

/** Speeds and memory bandwidth that were measured; a machine is known by its `machine` text. */
export interface SpeedStore {
  bandwidth(machine: string): number | null
  saveBandwidth(machine: string, measured: { bytesPerSecond: number; threads: number; measuredAt: number }): void
  /** The newest runs on this machine, newest first. */
  runs(machine: string): SpeedRun[]
  saveRun(machine: string, run: SpeedRun): void
  /** The newest run of a file on any machine that this database lived on. */
  latest(file: string): MeasuredSpeed | null
}

/** Runs of one file, backend, KV type and range of context that are kept. */
const KEPT_PER_CASE = 5
const READ_RUNS = 400

export function createSpeedStore(database: Database): SpeedStore {
  return {
    bandwidth(machine) {
      const row = database.prepare('SELECT bytes_per_second FROM bandwidth WHERE machine = ?').get(machine)
      return row ? Number(row['bytes_per_second']) : null
    },
    saveBandwidth(machine, { bytesPerSecond, threads, measuredAt }) {
      database
        .prepare(
          `INSERT INTO bandwidth (machine, bytes_per_second, threads, measured_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (machine) DO UPDATE SET bytes_per_second = excluded.bytes_per_second,
             threads = excluded.threads, measured_at = excluded.measured_at`,
        )
        .run(machine, bytesPerSecond, threads, measuredAt)
    },
    runs: (machine) =>
      database
        .prepare('SELECT * FROM speeds WHERE machine = ? ORDER BY measured_at DESC, id DESC LIMIT ?')
        .all(machine, READ_RUNS)
        .map(runOf),
    saveRun(machine, run) {
      database
        .prepare(
          `INSERT INTO speeds (file, machine, backend, kv_type, quantization, size_bytes, parameters, shape,
             context_tokens, decode_tps, prefill_tps, measured_at, threads) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          run.file,
          machine,
          run.backend,
          run.kvType,
          run.quantization ?? '',
          run.sizeBytes,
          run.parameters,
          run.shape === null ? null : JSON.stringify(run.shape),
          run.contextTokens,
          run.decodeTps,
          run.prefillTps,
          run.measuredAt,
          run.threads ?? null,
        )
      const bounds = contextRange(run.contextTokens)
      database
        .prepare(
          `DELETE FROM speeds WHERE file = ?1 AND machine = ?2 AND backend = ?3 AND kv_type = ?4
             AND context_tokens >= ?5 AND context_tokens < ?6 AND id NOT IN (
               SELECT id FROM speeds WHERE file = ?1 AND machine = ?2 AND backend = ?3 AND kv_type = ?4
                 AND context_tokens >= ?5 AND context_tokens < ?6 ORDER BY measured_at DESC, id DESC LIMIT ?7)`,
        )
        .run(run.file, machine, run.backend, run.kvType, bounds.from, bounds.to, KEPT_PER_CASE)
    },
    latest(file) {
      const row = database
        .prepare('SELECT * FROM speeds WHERE file = ? ORDER BY measured_at DESC, id DESC LIMIT 1')
        .get(file)
      if (!row) return null
      const { decodeTps, prefillTps, contextTokens, measuredAt } = runOf(row)
      return { decodeTps, prefillTps, contextTokens, measuredAt }
    },
  }
}

/** Runs whose contexts lie between the same powers of two are of one case. */
export function contextRange(contextTokens: number): { from: number; to: number } {
  if (contextTokens < 128) return { from: 0, to: 128 }
  const from = 2 ** Math.floor(Math.log2(contextTokens))
  return { from, to: from * 2 }
}

function runOf(row: Record<string, unknown>): SpeedRun {
  const number = (name: string) => (row[name] === null ? null : Number(row[name]))
  return {
    file: String(row['file']),
    backend: Backend.catch('cpu').parse(row['backend']),
    kvType: KvType.catch('f16').parse(row['kv_type']),
    quantization: row['quantization'] === '' ? null : String(row['quantization']),
    sizeBytes: Number(row['size_bytes']),
    parameters: number('parameters'),
    shape: row['shape'] === null ? null : (ModelShape.safeParse(JSON.parse(String(row['shape']))).data ?? null),
    contextTokens: Number(row['context_tokens']),
    decodeTps: Number(row['decode_tps']),
    prefillTps: number('prefill_tps'),
    measuredAt: Number(row['measured_at']),
    ...(row['threads'] === null ? {} : { threads: Number(row['threads']) }),
  }
}
