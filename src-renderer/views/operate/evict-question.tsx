import { useCore } from '../../bridge/hooks.ts'
import { Confirmation } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import type { Target } from '../shared/operations.ts'
import { Place } from './place.tsx'
import { useWrite } from './use-write.ts'

export function EvictQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const core = useCore()
  const { object } = target
  const { busy, error, run } = useWrite(onClose)
  return (
    <Confirmation
      title={`Evict Pod ${object.name}?`}
      action="Evict"
      busy={busy}
      onClose={onClose}
      onConfirm={() =>
        void run(`Evicted Pod ${object.name}`, async () => [
          await core.call('objects.evict', object),
        ])
      }
    >
      <p>
        <Place object={object} />. It is stopped as soon as every PodDisruptionBudget allows it;
        what owns it makes another.
      </p>
      {error && <Note tone="bad">It wasn’t evicted: {error}</Note>}
    </Confirmation>
  )
}
