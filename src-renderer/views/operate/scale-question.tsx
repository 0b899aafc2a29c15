import { useState } from 'react'
import { useCall, useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useCluster } from '../shared/cluster.ts'
import type { Target } from '../shared/operations.ts'
import styles from './questions.module.css'
import { useWrite } from './use-write.ts'

export function ScaleQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const core = useCore()
  const cluster = useCluster()
  const { object, kind } = target
  const current = useCall('objects.replicas', object, true, 0)
  const now = current.data?.replicas
  const [typed, setTyped] = useState<string>()
  const text = typed ?? (now === undefined ? '' : String(now))
  const replicas = /^\d{1,6}$/.test(text) ? Number(text) : undefined
  const { busy, error, run } = useWrite(onClose)
  const scale = () => {
    if (replicas === undefined || replicas === now) return
    void run(`Scaled ${kind} ${object.name} to ${replicas}`, async () => [
      await core.call('objects.scale', { object, replicas }),
    ])
  }
  return (
    <Dialog
      title={`Scale ${kind} ${object.name}`}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button
            look="primary"
            onPress={scale}
            isDisabled={busy || replicas === undefined || replicas === now}
          >
            Scale
          </Button>
        </>
      }
    >
      <p>
        In <b>{object.namespace}</b> on <b>{cluster.name}</b>
        {now !== undefined && <>, {now} replicas now</>}.
      </p>
      <form
        className={styles['form']}
        onSubmit={event => {
          event.preventDefault()
          scale()
        }}
      >
        <TextField
          label="Replicas"
          value={text}
          onChange={setTyped}
          autoFocus
          error={text && replicas === undefined ? 'A whole number from 0 is needed' : undefined}
        />
        {error && <Note tone="bad">It wasn’t scaled: {error}</Note>}
      </form>
    </Dialog>
  )
}
