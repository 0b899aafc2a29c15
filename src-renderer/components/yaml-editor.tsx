import { lazy, Suspense } from 'react'
import { Skeleton } from './states.tsx'
import type { YamlEditorProps } from './yaml-editor-view.tsx'

const View = lazy(() =>
  import('./yaml-editor-view.tsx').then(module => ({ default: module.YamlEditorView })),
)

/** A text editor for YAML; its code is loaded when the first one shows. */
export function YamlEditor(props: YamlEditorProps) {
  return (
    <Suspense fallback={<Skeleton />}>
      <View {...props} />
    </Suspense>
  )
}
