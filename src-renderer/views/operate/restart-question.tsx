import { useCore } from '../../bridge/hooks.ts'
import { Confirmation } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import type { Target } from '../shared/operations.ts'
import { Place } from './place.tsx'
import { useWrite } from './use-write.ts'

export function RestartQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const core = useCore()
  const { object, kind } = target
  const { busy, error, run } = useWrite(onClose)
  return (
    <Confirmation
      harmless
      title={`Restart ${kind} ${object.name}?`}
      action="Restart"
      busy={busy}
      onClose={onClose}
      onConfirm={() =>
        void run(`Restarting ${kind} ${object.name}`, async () => [
          await core.call('objects.restart', object),
        ])
      }
    >
      <p>
        <Place object={object} />. Its pods are replaced step by step, as its strategy says.
      </p>
      {error && <Note tone="bad">It wasn’t restarted: {error}</Note>}
    </Confirmation>
  )
}
