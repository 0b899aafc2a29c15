import { readdir, readFile } from 'node:fs/promises'

/** The processes whose command line names a directory: `PID COMMAND`, on Linux. */
export async function processesOn(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(
    pids.map(async pid => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      return line.includes(directory) ? `${pid} ${line.replaceAll('\0', ' ')}` : ''
    }),
  )
  return lines.filter(Boolean)
}
