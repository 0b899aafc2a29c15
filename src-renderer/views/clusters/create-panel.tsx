import { X } from 'lucide-react'
import { useState } from 'react'
import type { ClusterSummary } from '../../../src-main/contract/clusters.ts'
import { useCore } from '../../bridge/hooks.ts'
import { navigate } from '../../bridge/location.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { plural } from '../../components/format.ts'
import { Segmented } from '../../components/segmented.tsx'
import { Note } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { messageOf } from '../shared/operations.ts'
import { type ClusterForm, checkForm, emptyForm } from './cluster-form.ts'
import styles from './create-panel.module.css'

const runtimes = [
  { id: 'auto', label: 'Automatic' },
  { id: 'docker', label: 'Docker' },
  { id: 'simulated', label: 'Simulated' },
] as const

const hints = {
  auto: 'The container engine of this machine, found when the cluster is made',
  docker: 'Fails when no Docker or Podman socket answers',
  simulated: 'No containers run; pods behave as if they did',
}

/** A form for a local cluster of one's own. */
export function CreatePanel({
  clusters,
  onClose,
}: {
  clusters: readonly ClusterSummary[]
  onClose: () => void
}) {
  const core = useCore()
  const [form, setForm] = useState(emptyForm)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const { errors, input } = checkForm(form, clusters)
  const set = (part: Partial<ClusterForm>) => setForm({ ...form, ...part })
  const wrong = Object.keys(errors).length
  const create = async () => {
    if (!input || busy) return
    setBusy(true)
    setFailure(undefined)
    try {
      const { id } = await core.call('clusters.createLocal', input)
      navigate({ page: 'overview', cluster: id })
    } catch (error) {
      setFailure(messageOf(error))
      setBusy(false)
    }
  }
  return (
    <aside className={styles['panel']} aria-label="New local cluster" data-region="drawer">
      <header className={styles['head']}>
        <div>
          <h2>New local cluster</h2>
          <IconButton small icon={X} label="Close" shortcut="Esc" onPress={onClose} />
        </div>
        <p>Ready in about a second. Nothing else changes.</p>
      </header>
      <form
        className={styles['form']}
        onSubmit={event => {
          event.preventDefault()
          void create()
        }}
      >
        <TextField
          label="Name"
          value={form.name}
          onChange={name => set({ name })}
          autoFocus
          error={errors.name}
          hint={form.name && `Context slipway-${form.name} is added to the kubeconfig`}
        />
        <div>
          <span className={styles['label']}>Runtime</span>
          <Segmented
            wide
            label="Runtime"
            items={runtimes}
            value={form.runtime}
            onChange={runtime => set({ runtime })}
          />
          <p className={styles['hint']}>{hints[form.runtime]}</p>
        </div>
        <div className={styles['two']}>
          <TextField
            label="API port"
            mono
            value={form.apiPort}
            onChange={apiPort => set({ apiPort })}
            placeholder="chosen"
            error={errors.apiPort}
          />
          {form.runtime === 'simulated' && (
            <TextField
              label="Nodes"
              value={form.nodes}
              onChange={nodes => set({ nodes })}
              placeholder="1"
              error={errors.nodes}
            />
          )}
        </div>
        <div className={styles['two']}>
          <TextField
            label="Pods"
            mono
            value={form.podCidr}
            onChange={podCidr => set({ podCidr })}
            placeholder="free range"
            error={errors.podCidr}
          />
          <TextField
            label="Services"
            mono
            value={form.serviceCidr}
            onChange={serviceCidr => set({ serviceCidr })}
            placeholder="free range"
            error={errors.serviceCidr}
          />
        </div>
        {failure && (
          <Note tone="bad">
            <b>{form.name} wasn’t created.</b> {failure}
          </Note>
        )}
        <button type="submit" hidden />
      </form>
      <footer className={styles['foot']}>
        <span>{wrong > 0 && `${plural(wrong, 'field')} to correct`}</span>
        <Button look="quiet" onPress={onClose}>
          Cancel
        </Button>
        <Button look="primary" isDisabled={!input || busy} onPress={() => void create()}>
          Create cluster
        </Button>
      </footer>
    </aside>
  )
}
