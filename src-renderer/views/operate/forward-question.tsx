import { useState } from 'react'
import { useCall, useCore } from '../../bridge/hooks.ts'
import { FormDialog } from '../../components/dialog.tsx'
import { Select } from '../../components/select.tsx'
import { Note } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { toast } from '../../components/toasts.tsx'
import { messageOf, type Target } from '../shared/operations.ts'
import { Place } from './place.tsx'

const asPort = (text: string): number | undefined => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port > 0 && port < 65536 ? port : undefined
}
const wrongPort = 'A port is a number from 1 to 65535'

/** Asks which port to forward and to where; what keeps it from being had stands beside it. */
export function ForwardQuestion({ target, onClose }: { target: Target; onClose: () => void }) {
  const core = useCore()
  const { object, kind } = target
  const named = useCall('forwards.ports', object, true, 0)
  const [chosen, setChosen] = useState<string>()
  const [localText, setLocalText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const ports = named.data ?? []
  const text = chosen ?? (ports[0] ? String(ports[0].port) : '')
  const port = asPort(text)
  const localPort = localText ? asPort(localText) : 0
  const canForward = !busy && port !== undefined && localPort !== undefined

  const begin = async () => {
    if (!canForward) return
    setBusy(true)
    setError(undefined)
    try {
      const made = await core.call('forwards.add', { target: object, kind, port, localPort })
      const address = `localhost:${made.localPort}`
      toast({
        tone: 'ok',
        title: `${address} leads to ${kind} ${object.name}`,
        action: {
          label: 'Open',
          run: () => window.open(`http://${address}/`, '_blank', 'noreferrer'),
        },
      })
      onClose()
    } catch (problem) {
      setError(messageOf(problem))
    } finally {
      setBusy(false)
    }
  }
  return (
    <FormDialog
      title={`Forward a port of ${kind} ${object.name}`}
      about={
        <>
          <Place object={object} />. It answers on this machine alone, and follows the pods as they
          are replaced.
        </>
      }
      action="Forward"
      canSubmit={canForward}
      onSubmit={() => void begin()}
      onClose={onClose}
    >
      {ports.length > 0 ? (
        <Select
          label={kind === 'Service' ? 'Port of the Service' : 'Port of the container'}
          value={text}
          onChange={setChosen}
          options={ports.map(({ port: number, name }) => ({
            id: String(number),
            label: String(number),
            ...(name && { detail: name }),
          }))}
        />
      ) : (
        <TextField
          label="Port of the container"
          value={text}
          onChange={setChosen}
          error={text && port === undefined ? wrongPort : undefined}
        />
      )}
      <TextField
        label="Local port"
        placeholder="the same, or any that is free"
        value={localText}
        onChange={setLocalText}
        autoFocus
        error={localPort === undefined ? wrongPort : undefined}
      />
      {error && <Note tone="bad">It isn’t forwarded: {error}.</Note>}
    </FormDialog>
  )
}
