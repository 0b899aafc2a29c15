import { Copy, ExternalLink, Trash2 } from 'lucide-react'
import type { Forward } from '../../../src-main/contract/forwards.ts'
import { useCore } from '../../bridge/hooks.ts'
import { href } from '../../bridge/location.ts'
import { IconButton } from '../../components/button.tsx'
import { type GlyphKind, Status } from '../../components/status-glyph.tsx'
import { Switch } from '../../components/switch.tsx'
import { toast } from '../../components/toasts.tsx'
import { copyText } from '../shared/copy.ts'
import { messageOf } from '../shared/operations.ts'
import styles from './forwards-page.module.css'

const states: Record<Forward['state'], GlyphKind & { word: string }> = {
  off: { shape: 'dashed', tone: 'idle', word: 'Off' },
  resting: { shape: 'dashed', tone: 'idle', word: 'Cluster not opened' },
  waiting: { shape: 'ring', tone: 'warn', word: 'Waiting' },
  ready: { shape: 'disc', tone: 'ok', word: 'Ready' },
  failed: { shape: 'cross', tone: 'bad', word: 'Failed' },
}

/** A forward: how it stands, where it answers, where it leads. */
export function ForwardRow({
  forward,
  clusterName,
}: {
  forward: Forward
  /** Only where several clusters show. */
  clusterName?: string
}) {
  const core = useCore()
  const { id, target, kind, port, localPort, state, pod, message, connections } = forward
  const { word, ...glyph } =
    state === 'ready' && message
      ? ({ shape: 'triangle', tone: 'warn', word: 'Last one failed' } as const)
      : states[state]
  const address = `localhost:${localPort}`
  const attempt = (run: () => Promise<unknown>) =>
    run().catch(error =>
      toast({ tone: 'bad', title: `${address} wasn’t changed`, detail: messageOf(error) }),
    )
  const { cluster, resource, name, namespace } = target
  return (
    <tr>
      <td title={message}>
        <Status {...glyph}>{word}</Status>
        {message && <p className={styles['message']}>{message}</p>}
      </td>
      <th scope="row">
        {localPort ? (
          <a href={`http://${address}/`} target="_blank" rel="noreferrer">
            {address}
          </a>
        ) : (
          'none yet'
        )}
      </th>
      <td title={`${kind} ${namespace}/${name}, port ${port}`}>
        <a
          href={href({
            page: 'list',
            cluster,
            resource,
            list: { filter: '' },
            object: { name, ...(namespace && { namespace }) },
          })}
        >
          {kind} {namespace}/{name}
        </a>
        , port {port}
        {pod && pod !== name && <p className={styles['pod']}>now Pod {pod}</p>}
      </td>
      {clusterName !== undefined && <td>{clusterName}</td>}
      <td className={styles['figure']}>{connections || ''}</td>
      <td className={styles['actions']}>
        <span>
          <Switch
            on={state !== 'off'}
            label={`Forward ${address}`}
            onChange={on => void attempt(() => core.call('forwards.switch', { id, on }))}
          />
          <IconButton
            small
            icon={ExternalLink}
            label={`Open ${address}`}
            isDisabled={state !== 'ready'}
            onPress={() => window.open(`http://${address}/`, '_blank', 'noreferrer')}
          />
          <IconButton
            small
            icon={Copy}
            label={`Copy ${address}`}
            onPress={() => void copyText(address, 'Address')}
          />
          <IconButton
            small
            icon={Trash2}
            label={`Remove ${address}`}
            onPress={() => void attempt(() => core.call('forwards.remove', { id }))}
          />
        </span>
      </td>
    </tr>
  )
}
