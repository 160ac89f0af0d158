/** One try of a process to reach something beyond this machine. */
export interface Attempt {
  /** The program, and what kind of process it was started as. */
  process: string
  /** An address and a port, or a socket that is asked for names. */
  target: string
}

/** The system calls to trace: those that name a peer, and those that tell which process is whose child. */
export const CALLS = 'connect,sendto,sendmsg,sendmmsg,execve,clone,clone3,fork,vfork'

/** A server of names; one on this machine passes the question on. */
const DNS_PORT = 53
const RESOLVER = /sun_path="(\/run\/systemd\/resolve\/[^"]*)"/

/**
 * The attempts in what strace wrote of {@link CALLS}: every internet address that is not loopback, whether it could be
 * reached or not, and every question for a name, wherever it went. Each once.
 */
export function attemptsIn(trace: string): Attempt[] {
  const programs = new Map<string, string>()
  const found = new Map<string, Attempt>()
  for (const line of trace.split('\n')) {
    const pid = /^\d+/.exec(line)?.[0] ?? '?'
    const child = /\b(?:clone3?|v?fork)\b.*\) += (\d+)/.exec(line)?.[1]
    const program = programIn(line, programs.get(pid))
    if (program !== null) programs.set(pid, program)
    else if (child !== undefined && !programs.has(child)) programs.set(child, programs.get(pid) ?? '?')
    for (const target of targetsIn(line)) {
      const attempt = { process: programs.get(pid) ?? `process ${pid}`, target }
      found.set(`${attempt.process} ${target}`, attempt)
    }
  }
  return [...found.values()]
}

/** How many calls that name a peer a trace tells of: none means that nothing was watched. */
export function callsIn(trace: string): number {
  return trace.match(/\b(?:connect|sendto|sendmsg|sendmmsg)\(/g)?.length ?? 0
}

function targetsIn(line: string): string[] {
  const form =
    /sa_family=AF_INET6?, sin6?_port=htons\((\d+)\), (?:sin6_flowinfo=[^,]*, )?(?:sin_addr=inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/g
  const addresses = [...line.matchAll(form)].map(([, port, v4, v6]) => ({
    address: v4 ?? v6 ?? '?',
    port: Number(port),
  }))
  const foreign = addresses.filter(({ address, port }) => port === DNS_PORT || !isLoopback(address))
  const resolver = RESOLVER.exec(line)?.[1]
  return [
    ...foreign.map(({ address, port }) => `${address} port ${port}`),
    ...(resolver === undefined ? [] : [resolver]),
  ]
}

/** What a process became: the file's name, and by which Chromium tells its processes apart. */
function programIn(line: string, before = '?'): string | null {
  const [, path, args = ''] = /\bexecve\("([^"]*)", \[(.*?)\]/.exec(line) ?? []
  if (path === undefined || line.includes(' = -1 ')) return null
  const kind = args.match(/--(?:type|utility-sub-type)=[\w.]+/g) ?? []
  // Chromium starts its helpers as the file that it runs itself.
  const name = path === '/proc/self/exe' ? before.split(' ')[0] : path.split('/').at(-1)
  return [name, ...kind].join(' ')
}

function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\./.test(address) || address === '::1'
}
