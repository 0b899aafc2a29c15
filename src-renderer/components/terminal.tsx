import { lazily } from './lazily.ts'
import { Part } from './part.tsx'
import { Skeleton } from './states.tsx'
import type { TerminalProps } from './terminal-view.tsx'

const View = lazily(() => import('./terminal-view.tsx').then(loaded => loaded.TerminalView))

/** A terminal; its code is loaded when the first one shows. */
export function Terminal(props: TerminalProps) {
  return (
    <Part of="terminal" fallback={<Skeleton rows={3} />}>
      <View {...props} />
    </Part>
  )
}
