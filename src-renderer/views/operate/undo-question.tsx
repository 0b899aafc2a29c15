import { useQueryClient } from '@tanstack/react-query'
import type { Revision } from '../../../src-main/contract/rollouts.ts'
import { useCore } from '../../bridge/hooks.ts'
import { Confirmation } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import type { Target } from '../shared/operations.ts'
import { Place } from './place.tsx'
import { useWrite } from './use-write.ts'

export function UndoQuestion({
  target,
  revision: { revision, images },
  onClose,
}: {
  target: Target
  revision: Revision
  onClose: () => void
}) {
  const core = useCore()
  const queries = useQueryClient()
  const { object, kind } = target
  const { busy, error, run } = useWrite(() => {
    void queries.invalidateQueries({ queryKey: ['rollouts.history', object] })
    onClose()
  })
  return (
    <Confirmation
      harmless
      title={`Roll back ${kind} ${object.name} to revision ${revision}?`}
      action="Roll back"
      busy={busy}
      onClose={onClose}
      onConfirm={() =>
        void run(`Rolling back ${kind} ${object.name} to revision ${revision}`, async () => [
          await core.call('rollouts.undo', { object, revision }),
        ])
      }
    >
      <p>
        <Place object={object} />. Its pods are replaced step by step and run {images.join(', ')}{' '}
        again.
      </p>
      {error && <Note tone="bad">It wasn’t rolled back: {error}</Note>}
    </Confirmation>
  )
}
