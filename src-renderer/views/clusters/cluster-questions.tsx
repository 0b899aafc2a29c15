import { useState } from 'react'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { useCore } from '../../bridge/hooks.ts'
import { Checkbox } from '../../components/checkbox.tsx'
import { Confirmation } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { toast } from '../../components/toasts.tsx'
import { stopCluster } from '../shared/cluster-actions.ts'
import { messageOf } from '../shared/operations.ts'

export function StopCluster({
  cluster,
  onClose,
}: {
  cluster: ClusterSummary
  onClose: () => void
}) {
  const core = useCore()
  const [stopPods, setStopPods] = useState(false)
  return (
    <Confirmation
      harmless
      title={`Stop ${cluster.name}?`}
      action={`Stop ${cluster.name}`}
      onClose={onClose}
      onConfirm={() => {
        onClose()
        void stopCluster(core, cluster, stopPods)
      }}
    >
      <p>
        Its API, DNS and localhost ports rest until it is started again. Everything in it is kept.
        Containers go on running and are adopted at the next start, unless you stop them too.
      </p>
      <Checkbox checked={stopPods} onChange={setStopPods}>
        Stop and remove its containers
      </Checkbox>
    </Confirmation>
  )
}

export function DeleteCluster({
  cluster,
  onClose,
}: {
  cluster: ClusterSummary
  onClose: () => void
}) {
  const core = useCore()
  const [keepVolumes, setKeepVolumes] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const { name } = cluster
  const remove = async () => {
    setBusy(true)
    try {
      await core.call('clusters.deleteLocal', { name, keepVolumes })
      toast({ tone: 'ok', title: `Deleted the local cluster ${name}` })
      onClose()
    } catch (problem) {
      setError(messageOf(problem))
      setBusy(false)
    }
  }
  return (
    <Confirmation
      title={`Delete the local cluster ${name}?`}
      action="Delete"
      busy={busy}
      onClose={onClose}
      onConfirm={() => void remove()}
    >
      <p>
        Every object in <b>{name}</b>, its containers, networks and data on this machine are
        removed, and its context is taken out of the kubeconfig. It can’t be undone.
      </p>
      <Checkbox checked={keepVolumes} onChange={setKeepVolumes}>
        Keep its volumes
      </Checkbox>
      {error && (
        <Note tone="bad">
          {name} wasn’t deleted: {error}
        </Note>
      )}
    </Confirmation>
  )
}
