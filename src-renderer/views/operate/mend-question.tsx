import { useState } from 'react'
import type { WhyPanel } from '../../../src-main/contract/objects.ts'
import { useCore } from '../../bridge/hooks.ts'
import { FormDialog } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import type { Target } from '../shared/operations.ts'
import { Place } from './place.tsx'
import { useWrite } from './use-write.ts'

const words = {
  image: { thing: 'image', label: 'Image', hint: undefined },
  memory: { thing: 'memory limit', label: 'Memory limit', hint: 'Such as 128Mi or 1Gi' },
} as const

export function MendQuestion({
  target: { object },
  mend: { what, container, value },
  onClose,
}: {
  target: Target
  mend: NonNullable<WhyPanel['mend']>
  onClose: () => void
}) {
  const core = useCore()
  const [text, setText] = useState(value)
  const { thing, label, hint } = words[what]
  const { busy, error, run } = useWrite(onClose)
  const canChange = !busy && text.trim() !== '' && text !== value
  const change = () => {
    void run(`Changed the ${thing} of ${container}`, async () => [
      await core.call('objects.mend', { pod: object, what, container, value: text.trim() }),
    ])
  }
  return (
    <FormDialog
      title={`Change the ${thing} of ${container}`}
      about={
        <>
          <Place object={object} />. What owns the pod gets the new {thing} and replaces its pods.
        </>
      }
      action={`Change ${thing}`}
      canSubmit={canChange}
      onSubmit={change}
      onClose={onClose}
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
    </FormDialog>
  )
}
