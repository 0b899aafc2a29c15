import { lazily } from './lazily.ts'
import { Part } from './part.tsx'
import { Skeleton } from './states.tsx'
import type { YamlEditorProps } from './yaml-editor-view.tsx'

const View = lazily(() => import('./yaml-editor-view.tsx').then(loaded => loaded.YamlEditorView))

/** A text editor for YAML; its code is loaded when the first one shows. */
export function YamlEditor(props: YamlEditorProps) {
  return (
    <Part of="editor" fallback={<Skeleton />}>
      <View {...props} />
    </Part>
  )
}
