import { useState } from 'react'
import type { WhyPanel } from '../../../src-main/contract/objects.ts'
import { useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useCluster } from '../shared/cluster.ts'
import type { Target } from '../shared/operations.ts'
import styles from './questions.module.css'
import { useWrite } from './use-write.ts'

const words = {
  image: { thing: 'image', label: 'Image', hint: undefined },
  memory: { thing: 'memory limit', label: 'Memory limit', hint: 'Such as 128Mi or 1Gi' },
} as const

export function MendQuestion({
  target,
  mend: { what, container, value },
  onClose,
}: {
  target: Target
  mend: NonNullable<WhyPanel['mend']>
  onClose: () => void
}) {
  const core = useCore()
  const cluster = useCluster()
  const [text, setText] = useState(value)
  const { thing, label, hint } = words[what]
  const { busy, error, run } = useWrite(onClose)
  const canChange = !busy && text.trim() !== '' && text !== value
  const change = () => {
    if (!canChange) return
    void run(`Changed the ${thing} of ${container}`, async () => [
      await core.call('objects.mend', { pod: target.object, what, container, value: text.trim() }),
    ])
  }
  return (
    <Dialog
      title={`Change the ${thing} of ${container}`}
      onClose={onClose}
      footer={
        <>
          <Button look="quiet" onPress={onClose}>
            Cancel
          </Button>
          <Button look="primary" isDisabled={!canChange} onPress={change}>
            Change {thing}
          </Button>
        </>
      }
    >
      <p>
        In <b>{target.object.namespace}</b> on <b>{cluster.name}</b>. What owns the pod gets the new{' '}
        {thing} and replaces its pods.
      </p>
      <form
        className={styles['form']}
        onSubmit={event => {
          event.preventDefault()
          change()
        }}
      >
        <TextField
          mono
          autoFocus
          label={label}
          value={text}
          onChange={setText}
          {...(hint && { hint })}
        />
        {error && <Note tone="bad">It wasn’t changed: {error}</Note>}
      </form>
    </Dialog>
  )
}
