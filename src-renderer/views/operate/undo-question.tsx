import { useQueryClient } from '@tanstack/react-query'
import type { Revision } from '../../../src-main/contract/rollouts.ts'
import { useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { useCluster } from '../shared/cluster.ts'
import type { Target } from '../shared/operations.ts'
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
  const cluster = useCluster()
  const queries = useQueryClient()
  const { object, kind } = target
  const { busy, error, run } = useWrite(() => {
    void queries.invalidateQueries({ queryKey: ['rollouts.history', object] })
    onClose()
  })
  return (
    <Dialog
      alert
      title={`Roll back ${kind} ${object.name} to revision ${revision}?`}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            autoFocus
            isDisabled={busy}
            onPress={() =>
              void run(`Rolling back ${kind} ${object.name} to revision ${revision}`, async () => [
                await core.call('rollouts.undo', { object, revision }),
              ])
            }
          >
            Roll back
          </Button>
        </>
      }
    >
      <p>
        In <b>{object.namespace}</b> on <b>{cluster.name}</b>. Its pods are replaced step by step
        and run {images.join(', ')} again.
      </p>
      {error && <Note tone="bad">It wasn’t rolled back: {error}</Note>}
    </Dialog>
  )
}
