import type { LogEntry } from '../../components/log-buffer.ts'
import type { LogTab } from '../shared/dock-store.ts'
import type { SourceLook } from './log-sources.tsx'

/** Saves what a log shows as a file, each line with its time and where it comes from. */
export function downloadLog(
  { target, all, of }: LogTab,
  entries: readonly LogEntry[],
  looks: ReadonlyMap<number, SourceLook>,
): void {
  const lines = entries.map(({ time, text, mark, source }) => {
    if (mark) return `--- ${text}`
    const from = source === undefined ? '' : `${looks.get(source)?.name} `
    return `${time} ${from}${text}`
  })
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${all ? of.name : `${target.pod}-${target.container}`}.log`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
