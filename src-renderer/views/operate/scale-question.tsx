import { useState } from 'react'
import { useCall, useCore } from '../../bridge/hooks.ts'
import { FormDialog } from '../../components/dialog.tsx'
import { Note } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import type { Target } from '../shared/operations.ts'
import { Place } from './place.tsx'
import { useWrite } from './use-write.ts'

export function ScaleQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const core = useCore()
  const { object, kind } = target
  const current = useCall('objects.replicas', object, true, 0)
  const now = current.data?.replicas
  const [typed, setTyped] = useState<string>()
  const text = typed ?? (now === undefined ? '' : String(now))
  const replicas = /^\d{1,6}$/.test(text) ? Number(text) : undefined
  const { busy, error, run } = useWrite(onClose)
  const scale = () => {
    if (replicas === undefined) return
    void run(`Scaled ${kind} ${object.name} to ${replicas}`, async () => [
      await core.call('objects.scale', { object, replicas }),
    ])
  }
  return (
    <FormDialog
      title={`Scale ${kind} ${object.name}`}
      about={
        <>
          <Place object={object} />
          {now !== undefined && <>, {now} replicas now</>}.
        </>
      }
      action="Scale"
      canSubmit={!busy && replicas !== undefined && replicas !== now}
      onSubmit={scale}
      onClose={onClose}
    >
      <TextField
        label="Replicas"
        value={text}
        onChange={setTyped}
        autoFocus
        error={text && replicas === undefined ? 'A whole number from 0 is needed' : undefined}
      />
      {error && <Note tone="bad">It wasn’t scaled: {error}</Note>}
    </FormDialog>
  )
}
