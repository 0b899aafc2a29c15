import { Buffer } from 'node:buffer'

/** A completed system call; `start` and `end` are positions in the trace. */
interface Call {
  name: string
  args: string
  result: string
  start: number
  end: number
}

/** strace's lines (with `-f`, and calls of several threads in between) as completed calls. */
function parse(trace: string): Call[] {
  const unfinished = new Map<string, { name: string; args: string; start: number }>()
  const calls: Call[] = []
  for (const [at, line] of trace.split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const begun = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(rest)
    const resumed = /^<\.\.\. \w+ resumed>(.*)\) += (-?\d+)/.exec(rest)
    const whole = /^(\w+)\((.*)\) += (-?\d+)/.exec(rest)
    if (begun) unfinished.set(thread, { name: begun[1] ?? '', args: begun[2] ?? '', start: at })
    else if (resumed) {
      const call = unfinished.get(thread)
      unfinished.delete(thread)
      if (call) {
        calls.push({ ...call, args: call.args + resumed[1], result: resumed[2] ?? '', end: at })
      }
    } else if (whole) {
      const [, name = '', args = '', result = ''] = whole
      calls.push({ name, args, result, start: at, end: at })
    }
  }
  return calls.sort((a, b) => a.end - b.end)
}

const decode = (args: string): Buffer => {
  const [, hex = ''] = /"((?:\\x[0-9a-f]{2})*)"/.exec(args) ?? []
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex')
}
const descriptor = (call: Call): string => /^(\d+)/.exec(call.args)?.[1] ?? ''

/**
 * Reads a trace (`strace -f -xx -s 9000`) of a process that writes `<name>` values and then `ack <name> …` lines, and
 * answers which acknowledgements were given too early: without a sync of the write-ahead log that began after the last
 * byte of the commit (the frame that holds the name, up to the next frame with a commit mark) and ended well before the
 * acknowledgement. The frame's layout is SQLite's: 24 bytes of header, of which bytes 4–7 aren't zero in a commit's last.
 */
export function earlyAcknowledgements(trace: string): { acknowledged: number; early: string[] } {
  const calls = parse(trace)
  const opened = calls.filter(
    call => call.name === 'openat' && decode(call.args).toString().endsWith('-wal'),
  )
  const log = new Set(opened.map(call => call.result))
  const onLog = calls.filter(call => log.has(descriptor(call)))
  const syncs = onLog.filter(call => /^f(data)?sync$/.test(call.name) && call.result === '0')
  const early: string[] = []
  const acknowledgements = calls.filter(
    call => call.name === 'write' && decode(call.args).toString().startsWith('ack <'),
  )
  const commits = findCommits(onLog.filter(call => call.name === 'pwrite64'))
  for (const call of acknowledgements) {
    const name = decode(call.args).toString().split(' ')[1] ?? ''
    const commit = commits.find(({ contents }) => contents.includes(name))
    const durable = commit && syncs.some(sync => sync.start > commit.end && sync.end < call.start)
    if (!durable) early.push(name)
  }
  return { acknowledged: acknowledgements.length, early }
}

/** The commits in the log: what each holds, and where in the trace its last byte was written. */
function findCommits(writes: Call[]): { contents: Buffer; end: number }[] {
  const commits: { contents: Buffer; end: number }[] = []
  let pages: Buffer[] = []
  let isLast = false
  for (const write of writes) {
    const data = decode(write.args)
    if (data.length === 24) isLast = data.readUInt32BE(4) !== 0
    else if (data.length >= 512) {
      pages.push(data)
      if (isLast) {
        commits.push({ contents: Buffer.concat(pages), end: write.end })
        pages = []
      }
    }
  }
  return commits
}
