import { lazy, Suspense } from 'react'
import { Skeleton } from './states.tsx'
import type { TerminalProps } from './terminal-view.tsx'

const View = lazy(() =>
  import('./terminal-view.tsx').then(module => ({ default: module.TerminalView })),
)

/** A terminal; its code is loaded when the first one shows. */
export function Terminal(props: TerminalProps) {
  return (
    <Suspense fallback={<Skeleton rows={3} />}>
      <View {...props} />
    </Suspense>
  )
}
