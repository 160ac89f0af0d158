import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ended, runProgram } from '../programs.ts'
import { type Attempt, attemptsIn, CALLS, callsIn } from './trace.ts'

export interface Watched extends Ended {
  attempts: Attempt[]
  /** How many calls the watcher saw at all. */
  calls: number
}

/** A new network namespace has only a loopback device, and it is down. */
const LOOPBACK_UP =
  'ip link set lo up 2>/dev/null || ' +
  // SIOCSIFFLAGS with IFF_UP and IFF_RUNNING, for machines without iproute2.
  `perl -e 'socket(my $s, 2, 2, 0) or exit 1; my $r = pack("Z16 s x22", "lo", 0x41); ioctl($s, 0x8914, $r) or exit 1'`
const INTO_NAMESPACE = ['unshare', '-rn', 'sh', '-c', `{ ${LOOPBACK_UP}; } && exec "$@"`, 'sh'] as const

/** Whether this user may have a network namespace with a working loopback. */
export function mayHaveNamespace(): boolean {
  const [command, ...args] = INTO_NAMESPACE
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0
}

/** Why nothing can be watched here, with what to do; null when it can. */
export function watcherProblem(): string | null {
  const { status, error } = spawnSync('strace', ['-f', '--seccomp-bpf', '-e', 'trace=connect', 'true'], {
    stdio: 'ignore',
  })
  if (error) return 'strace is missing. Install it, as in: sudo apt-get install strace'
  return status === 0
    ? null
    : 'strace can’t watch processes here. It needs version 5.3 or newer and the right to trace.'
}

/**
 * Runs a program and watches it and everything that it starts for attempts to reach another machine.
 * @param isolated in a network namespace in which there is no way out
 */
export async function watch(
  command: string,
  args: readonly string[],
  { isolated, env = process.env }: { isolated: boolean; env?: NodeJS.ProcessEnv },
): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-trace-'))
  const file = join(folder, 'trace')
  // Only the traced calls stop a process; everything else runs at full speed.
  const strace = [
    'strace',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-s',
    '256',
    '-e',
    `trace=${CALLS}`,
    '-e',
    'signal=none',
    '-o',
    file,
  ]
  const [first, ...rest] = [...(isolated ? INTO_NAMESPACE : []), ...strace, command, ...args]
  try {
    const ended = await runProgram(first ?? command, rest, { env })
    const trace = readFileSync(file, 'utf8')
    return { ...ended, attempts: attemptsIn(trace), calls: callsIn(trace) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
