import { useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { useCluster } from '../shared/cluster.ts'
import type { Target } from '../shared/operations.ts'
import { useWrite } from './use-write.ts'

export function RestartQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const core = useCore()
  const cluster = useCluster()
  const { object, kind } = target
  const { busy, error, run } = useWrite(onClose)
  return (
    <Dialog
      alert
      title={`Restart ${kind} ${object.name}?`}
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
              void run(`Restarting ${kind} ${object.name}`, async () => [
                await core.call('objects.restart', object),
              ])
            }
          >
            Restart
          </Button>
        </>
      }
    >
      <p>
        In <b>{object.namespace}</b> on <b>{cluster.name}</b>. Its pods are replaced step by step,
        as its strategy says.
      </p>
      {error && <Note tone="bad">It wasn’t restarted: {error}</Note>}
    </Dialog>
  )
}
