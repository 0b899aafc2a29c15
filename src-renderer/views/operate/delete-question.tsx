import { useState } from 'react'
import { useCore } from '../../bridge/hooks.ts'
import { currentRoute, navigate } from '../../bridge/location.ts'
import { Confirmation } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { Note } from '../../components/states.tsx'
import { useCluster } from '../shared/cluster.ts'
import { nameTargets, type Target } from '../shared/operations.ts'
import styles from './questions.module.css'
import { useWrite } from './use-write.ts'

type Propagation = 'Background' | 'Foreground' | 'Orphan'

const propagations = [
  { id: 'Background', label: 'Delete dependents afterwards' },
  { id: 'Foreground', label: 'Delete dependents first' },
  { id: 'Orphan', label: 'Keep dependents' },
] as const satisfies readonly { id: Propagation; label: string }[]

const consequences: Record<string, string> = {
  Deployment: 'Its ReplicaSets and pods are deleted with it.',
  ReplicaSet: 'Its pods are deleted with it. A Deployment that owns it makes another.',
  StatefulSet: 'Its pods are deleted with it. Their volumes stay.',
  DaemonSet: 'Its pods are deleted with it.',
  Job: 'Its pods are deleted with it.',
  Pod: 'Its containers are stopped. What owns it makes another.',
  Namespace: 'Everything in it is deleted with it.',
  Node: 'It comes back when its kubelet registers again.',
}

export function DeleteQuestion({
  targets,
  onClose,
  onDone,
}: {
  targets: readonly Target[]
  onClose: () => void
  onDone?: () => void
}) {
  const core = useCore()
  const cluster = useCluster()
  const [propagation, setPropagation] = useState<Propagation>('Background')
  const name = nameTargets(targets)
  const { busy, error, run } = useWrite(() => {
    leave(targets)
    onDone?.()
    onClose()
  })
  const [first] = targets
  const namespaces = [...new Set(targets.flatMap(({ object }) => object.namespace ?? []))]
  return (
    <Confirmation
      title={`Delete ${name}?`}
      action="Delete"
      busy={busy}
      onClose={onClose}
      onConfirm={() =>
        void run(`Deleted ${name}`, () =>
          core.call('objects.delete', {
            objects: targets.map(({ object }) => object),
            propagation,
          }),
        )
      }
    >
      <p>
        {namespaces.length > 0 && (
          <>
            In <b>{namespaces.join(', ')}</b>{' '}
          </>
        )}
        {namespaces.length > 0 ? 'on ' : 'On '}
        <b>{cluster.name}</b>. {first && consequences[first.kind]} It can’t be undone.
      </p>
      {targets.length > 1 && (
        <ul className={styles['names']}>
          {targets.slice(0, 20).map(({ object }) => (
            <li key={`${object.namespace} ${object.name}`}>{object.name}</li>
          ))}
          {targets.length > 20 && <li>and {targets.length - 20} more</li>}
        </ul>
      )}
      <div className={styles['choices']}>
        <Select
          label="What depends on it"
          options={propagations}
          value={propagation}
          onChange={setPropagation}
        />
        {error && <Note tone="bad">Nothing was deleted: {error}</Note>}
      </div>
    </Confirmation>
  )
}

/** Closes the details of an object that was just deleted. */
function leave(targets: readonly Target[]): void {
  const route = currentRoute()
  if (route.page !== 'list' || !route.object) return
  const { object: shown, full: _, tab: __, ...rest } = route
  const gone = targets.some(
    ({ object }) => object.name === shown.name && object.namespace === shown.namespace,
  )
  if (gone) navigate(rest, { replace: true })
}
